// The SPARQL form with an editor in it. Without this file the form works as the server wrote it: everything shown
// here is the server's own page, of which only the part with the answer is put in place.

import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentOnInput, StreamLanguage } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import {
  drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers,
} from "@codemirror/view";
import { completion } from "./completion.js";
import { look } from "./look.js";

// Longer addresses are refused by some proxies (8 KiB is their usual buffer), and nobody passes them on.
const LONGEST_ADDRESS = 6000;

// CodeMirror's own English words, where the page is German.
const GERMAN = {
  "Completions": "Vorschläge",
  "Diagnostics": "Fehler",
  "No diagnostics": "Keine Fehler",
  "Selection deleted": "Auswahl gelöscht",
  "Control character": "Steuerzeichen",
};

function askedBy(form, text) {
  const fields = new URLSearchParams(new FormData(form));
  fields.set("query", text);
  fields.delete("format"); // the request's Accept asks for the page
  const address = `${form.action}?${fields}`;
  if (address.length <= LONGEST_ADDRESS) return { address, request: { method: "GET" } };
  return { address: form.action, request: { method: "POST", body: fields } };
}

function termsFrom(address) {
  return async () => {
    try {
      const answer = await fetch(address, { headers: { Accept: "application/sparql-results+json" } });
      if (!answer.ok) return [];
      const { results } = await answer.json();
      return results.bindings.map((row) => ({ iri: row.term.value, label: row.label?.value }));
    } catch {
      return []; // completion without the site's own terms is still completion
    }
  };
}

class Form {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector("textarea");
    this.answer = document.getElementById("answer");
    this.button = form.querySelector("button[type=submit]");
    this.format = form.querySelector("select[name=format]");
    this.stopping = null;
    this.said = document.createElement("span");
    this.said.setAttribute("role", "status");
    this.said.className = "help";
    this.button.after(" ", this.said);
    this.view = this.mount();
    this.mark(this.answer);
    form.addEventListener("submit", (event) => this.submitted(event));
    window.addEventListener("popstate", () => window.location.reload());
  }

  mount() {
    const label = this.form.querySelector(`label[for="${this.field.id}"]`);
    const host = document.createElement("div");
    host.className = "editor";
    // A shadow tree takes style sheets made by script (adoptedStyleSheets), which a strict Content-Security-Policy
    // allows; in the document itself CodeMirror would write <style> elements, which it does not.
    const shadow = host.attachShadow({ mode: "open" });
    this.field.after(host);
    this.field.hidden = true;
    this.field.required = false; // a field nobody sees must not hold the form back in silence
    const german = document.documentElement.lang === "de";
    const { prefixes, terms } = this.form.dataset;
    const view = new EditorView({
      root: shadow,
      parent: shadow,
      state: EditorState.create({
        doc: this.field.value.trimEnd(),
        extensions: [
          Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (this.form.requestSubmit(), true) }])),
          lineNumbers(), highlightActiveLineGutter(), highlightActiveLine(), drawSelection(), history(),
          StreamLanguage.define(sparql), indentOnInput(), bracketMatching(), closeBrackets(),
          completion(JSON.parse(prefixes), termsFrom(terms)),
          // Tab is left to the browser: it goes on to the next field, as everywhere on a page
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          EditorView.lineWrapping,
          EditorState.phrases.of(german ? GERMAN : {}),
          EditorView.contentAttributes.of({ "aria-label": label.textContent, lang: "en", spellcheck: "false" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) this.field.value = update.state.doc.toString();
          }),
          look,
        ],
      }),
    });
    label.addEventListener("click", () => view.focus());
    const hint = document.createElement("p");
    hint.className = "help";
    hint.textContent = this.form.dataset.hint;
    host.after(hint);
    return view;
  }

  async submitted(event) {
    if (this.stopping !== null) {
      event.preventDefault();
      this.stopping.abort();
      return;
    }
    if (this.format.value !== "html") return; // a file is the browser's business
    event.preventDefault();
    const { address, request } = askedBy(this.form, this.view.state.doc.toString());
    this.begin();
    try {
      const answer = await fetch(address, {
        ...request, headers: { Accept: "text/html" }, signal: this.stopping.signal,
      });
      this.show(await answer.text());
      if (request.method === "GET") window.history.pushState(null, "", address);
    } catch (error) {
      this.answer.replaceChildren();
      this.said.textContent = error.name === "AbortError" ? this.form.dataset.stopped : this.form.dataset.failed;
    } finally {
      this.end();
    }
  }

  begin() {
    this.stopping = new AbortController();
    this.running = this.button.textContent;
    this.button.textContent = this.form.dataset.stop;
    this.said.textContent = this.form.dataset.running;
    this.answer.setAttribute("aria-busy", "true");
    this.view.dispatch(setDiagnostics(this.view.state, []));
  }

  end() {
    this.stopping = null;
    this.button.textContent = this.running;
    this.answer.removeAttribute("aria-busy");
  }

  // Puts the answer of the server's page `html` in place.
  show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const found = page.querySelector("#answer > *") ?? page.querySelector("main > .problem");
    if (found === null) throw new Error("a page without an answer");
    this.answer.replaceChildren(document.importNode(found, true));
    this.said.textContent = found.querySelector("[data-summary]")?.textContent ?? "";
    this.mark(found);
  }

  // Underlines the place in the query of the fault that `answer` tells of, if it tells one.
  mark(answer) {
    const fault = answer.querySelector("[data-line]");
    if (fault === null) return;
    const { doc } = this.view.state;
    const line = doc.line(Math.min(Number(fault.dataset.line), doc.lines));
    const column = Math.min(Number(fault.dataset.column) - 1, line.text.trimEnd().length);
    const rest = /^(?:[\w:?$@-]+|\S)/u.exec(line.text.slice(column));
    // what is missing at the end of a line is shown at its last sign
    const from = line.from + (rest === null ? Math.max(column - 1, 0) : column);
    const to = rest === null ? line.from + column : from + rest[0].length;
    this.view.dispatch(
      setDiagnostics(this.view.state, [{ from, to, severity: "error", message: fault.textContent.trim() }]),
    );
  }
}

const form = document.querySelector("form[data-editor]");
if (form !== null) new Form(form);
