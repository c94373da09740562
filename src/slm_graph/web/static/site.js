// Suggestions below search fields, and buttons that copy. Pages do without all of it.
"use strict";

const PAUSE_MS = 120; // between two letters of somebody who types fast

// A combobox with a list (WAI-ARIA APG): the field keeps the focus, arrows choose, Enter follows, Escape closes.
function suggest(holder) {
  const field = holder.querySelector("input");
  const list = document.createElement("ul");
  const told = document.createElement("span");
  list.id = field.id + "-list";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", holder.dataset.suggestFound);
  told.className = "unseen";
  told.setAttribute("role", "status");
  const box = document.createElement("span");
  box.className = "seek-list";
  field.before(box);
  box.append(field, list, told);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  let chosen = -1;
  let timer = 0;
  let asked = "";
  let waiting = null;

  function close() {
    chosen = -1;
    list.hidden = true;
    list.replaceChildren();
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function choose(place) {
    const options = list.children;
    if (!options.length) return;
    chosen = (place + options.length + 1) % (options.length + 1);
    for (const [number, option] of [...options].entries()) {
      option.setAttribute("aria-selected", String(number === chosen));
    }
    if (chosen < options.length) {
      field.setAttribute("aria-activedescendant", options[chosen].id);
      options[chosen].scrollIntoView({ block: "nearest" });
    } else {
      chosen = -1;
      field.removeAttribute("aria-activedescendant");
    }
  }

  function follow(option) {
    location.assign(option.dataset.href);
  }

  function show([, names, kinds, targets]) {
    close();
    names.forEach((name, number) => {
      const option = document.createElement("li");
      const kind = document.createElement("small");
      option.id = `${list.id}-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.href = targets[number];
      kind.textContent = kinds[number];
      option.append(name, kind);
      option.addEventListener("mousedown", (event) => event.preventDefault());
      option.addEventListener("click", () => follow(option));
      list.append(option);
    });
    told.textContent = names.length ? `${names.length} ${holder.dataset.suggestFound}` : holder.dataset.suggestNone;
    list.hidden = !names.length;
    field.setAttribute("aria-expanded", String(names.length > 0));
  }

  async function ask() {
    const query = field.value.trim();
    if (query === asked) return;
    asked = query;
    if (waiting) waiting.abort();
    if (!query) {
      told.textContent = "";
      close();
      return;
    }
    waiting = new AbortController();
    const address = new URL(holder.dataset.suggest, location.href);
    const language = new URLSearchParams(location.search).get("lang"); // chosen; else the browser says it again
    address.search = new URLSearchParams(language ? { q: query, lang: language } : { q: query });
    try {
      const answer = await fetch(address, { signal: waiting.signal });
      if (answer.ok && document.activeElement === field) show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") close(); // without suggestions the field still searches
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  field.addEventListener("blur", () => {
    asked = "";
    close();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.hidden) {
      asked = "";
      ask();
    } else if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? list.children.length - 1 : chosen - 1);
    else if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "Enter" && chosen >= 0) follow(list.children[chosen]);
    else return;
    event.preventDefault();
  });
}

function copying(code) {
  const holder = code.closest("[data-copy]");
  if (!holder || !navigator.clipboard) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy-button";
  button.textContent = holder.dataset.copy;
  const told = document.createElement("span");
  told.className = "help";
  told.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      told.textContent = holder.dataset.copied;
    } catch {
      getSelection().selectAllChildren(code); // refused: at least it is marked
    }
  });
  code.after(" ", button, " ", told);
}

document.querySelectorAll("[data-suggest]").forEach(suggest);
document.querySelectorAll("[data-copy] .copy").forEach(copying);
document.querySelectorAll(".where").forEach((place) => (place.textContent = location.origin));
