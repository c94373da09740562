// Completion: variables of the query, SPARQL's words, prefixed names. A prefix that is not declared yet is declared at
// the top of the query when a name with it is chosen.

import { autocompletion, completeFromList, ifNotIn, insertCompletionText } from "@codemirror/autocomplete";
import { FUNCTIONS, KEYWORDS, TERMS } from "./terms.js";

const SILENT_IN = ["string", "comment", "iri"];

// `PREFIX name:` as a declaration; the name may be empty.
const DECLARED = /\bPREFIX\s+([\w.-]*):\s*<[^>]*>/gi;

function declaredIn(text) {
  return new Set(Array.from(text.matchAll(DECLARED), (match) => match[1]));
}

// Behind the last declaration, or behind the comments at the top.
function placeOfDeclaration(text) {
  let place = 0;
  for (const match of text.matchAll(/^[ \t]*(?:#[^\n]*|(?:BASE|PREFIX)\b[^\n]*)?(?:\n|$)/gim)) {
    if (match.index !== place || match[0] === "") break;
    place += match[0].length;
    if (/^\s*$/.test(match[0])) return place - match[0].length;
  }
  return place;
}

function applied(prefix, namespace) {
  return (view, completion, from, to) => {
    const text = view.state.doc.toString();
    const chosen = insertCompletionText(view.state, completion.label, from, to);
    if (declaredIn(text).has(prefix)) {
      view.dispatch(chosen);
      return;
    }
    const place = placeOfDeclaration(text);
    const change = { from: place, insert: `PREFIX ${prefix}: <${namespace}>\n` };
    view.dispatch(chosen, { changes: change, sequential: true });
  };
}

function namesOf(prefixes, ownTerms) {
  const names = [];
  for (const [prefix, terms] of Object.entries(TERMS)) {
    const namespace = prefixes[prefix];
    if (namespace === undefined) continue;
    for (const term of terms) {
      names.push({ label: `${prefix}:${term}`, type: "property", apply: applied(prefix, namespace) });
    }
  }
  for (const { iri, label } of ownTerms) {
    const prefix = Object.keys(prefixes).find((one) => iri.startsWith(prefixes[one]));
    if (prefix === undefined) continue;
    const local = iri.slice(prefixes[prefix].length);
    names.push({
      label: `${prefix}:${local}`, detail: label, type: "property", boost: 1, apply: applied(prefix, prefixes[prefix]),
    });
  }
  return names;
}

function variables(context) {
  const word = context.matchBefore(/[?$]\w*/);
  if (word === null) return null;
  const others = context.state.sliceDoc(0, word.from) + " " + context.state.sliceDoc(context.pos);
  const found = new Set(Array.from(others.matchAll(/[?$](\w+)/g), (match) => `?${match[1]}`));
  return { from: word.from, options: Array.from(found, (label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
}

// Behind the word PREFIX: the declarations that are not there yet.
function declarations(prefixes) {
  return (context) => {
    const word = context.matchBefore(/\bPREFIX\s+[\w.-]*/i);
    if (word === null) return null;
    const from = word.from + word.text.search(/[\w.-]*$/);
    const declared = declaredIn(context.state.doc.toString());
    const options = Object.entries(prefixes)
      .filter(([prefix]) => !declared.has(prefix))
      .map(([prefix, namespace]) => ({
        label: `${prefix}:`, detail: namespace, type: "namespace", apply: `${prefix}: <${namespace}>\n`,
      }));
    return { from, options, validFor: /^[\w.-]*$/ };
  };
}

function terms(prefixes, ownTerms) {
  const words = completeFromList([
    ...KEYWORDS.map((label) => ({ label, type: "keyword" })),
    ...FUNCTIONS.map((label) => ({ label, type: "function", apply: `${label}(` })),
    ...Object.keys(prefixes).map((prefix) => ({ label: `${prefix}:`, detail: prefixes[prefix], type: "namespace", boost: -1 })),
  ]);
  let names = null;
  return async (context) => {
    const word = context.matchBefore(/[\w.-]*:?[\w.-]*/);
    if (word === null || (word.text === "" && !context.explicit)) return null;
    if (!word.text.includes(":")) return words(context);
    names ??= namesOf(prefixes, await ownTerms());
    return { from: word.from, options: names, validFor: /^[\w.-]*:[\w.-]*$/ };
  };
}

// `prefixes`: prefix → namespace. `ownTerms`: a promise's function of `{iri, label}`, asked for once, when needed.
export function completion(prefixes, ownTerms) {
  const sources = [variables, declarations(prefixes), terms(prefixes, ownTerms)];
  return autocompletion({ override: sources.map((source) => ifNotIn(SILENT_IN, source)), icons: false });
}
