// Lists of concepts as trees (WAI-ARIA APG, navigation treeview): one tab stop, arrow keys, branches fetched when opened.
// Without this script they are nested lists with links to the branches.
"use strict";

const SOON_MS = 600; // letters typed within it are one word

function grow(root) {
  let number = 0;
  let typed = "";
  let typedAt = 0;

  const items = () => [...root.querySelectorAll('[role="treeitem"]')].filter((one) => !one.closest("[hidden]"));
  const holder = (item) => item.closest("li");
  const group = (item) => holder(item).querySelector(":scope > ul");
  const above = (item) => holder(item).parentElement.closest("li")?.querySelector(":scope > .node > a") ?? null;

  function focus(item) {
    for (const other of root.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    item.tabIndex = 0;
    item.focus();
  }

  function dress(li, place, total) {
    const item = li.querySelector(":scope > .node > a, :scope > .node > .nolink");
    const link = li.querySelector(":scope > .node > .branch");
    const nested = li.querySelector(":scope > ul");
    li.setAttribute("role", "none");
    item.setAttribute("role", "treeitem");
    item.setAttribute("aria-posinset", String(place));
    item.setAttribute("aria-setsize", String(total));
    item.tabIndex = -1;
    if (nested || link) {
      const toggle = document.createElement("span");
      toggle.className = "toggle";
      toggle.setAttribute("aria-hidden", "true");
      toggle.addEventListener("click", () => (isOpen(item) ? shut(item) : open(item)));
      li.querySelector(":scope > .node").prepend(toggle);
      if (link) {
        item.dataset.branch = link.href;
        const said = [...link.childNodes].filter((one) => !one.classList?.contains("unseen"));
        item.setAttribute("aria-description", said.map((one) => one.textContent).join("").trim());
        link.tabIndex = -1;
        link.setAttribute("aria-hidden", "true");
        link.setAttribute("role", "presentation");
      }
      if (nested) adopt(item, nested, nested.children.length);
      set(item, false);
    }
  }

  function adopt(item, nested, total, from = 1) {
    nested.id ||= `${root.id || "tree"}-${++number}`;
    nested.setAttribute("role", "group");
    item.setAttribute("aria-owns", nested.id);
    [...nested.children].forEach((li, place) => dress(li, from + place, total));
  }

  const isOpen = (item) => item.getAttribute("aria-expanded") === "true";

  function set(item, opened) {
    item.setAttribute("aria-expanded", String(opened));
    const nested = group(item);
    if (nested) nested.hidden = !opened;
  }

  function shut(item) {
    if (group(item)?.contains(document.activeElement)) focus(item);
    set(item, false);
  }

  async function open(item) {
    if (!group(item)) await fetched(item);
    if (group(item)) set(item, true);
  }

  async function fetched(item) {
    item.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(item.dataset.branch, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const said = await answer.json();
      const nested = document.createElement("ul");
      holder(item).append(nested);
      nested.id = `${root.id || "tree"}-${++number}`;
      nested.setAttribute("role", "group");
      item.setAttribute("aria-owns", nested.id);
      fill(nested, said);
    } catch {
      location.assign(item.dataset.branch); // the branch has a page of its own
    } finally {
      item.removeAttribute("aria-busy");
    }
  }

  function fill(nested, said) {
    said.items.forEach((one, place) => {
      const li = document.createElement("li");
      const node = document.createElement("span");
      const link = document.createElement("a");
      node.className = "node";
      link.href = one.href;
      if (one.language) link.lang = one.language;
      if (one.notation) {
        const code = document.createElement("span");
        code.className = "code";
        code.textContent = one.notation;
        link.append(code, " ");
      }
      link.append(one.label);
      node.append(link);
      if (one.branch) {
        const below = document.createElement("a");
        below.className = "branch";
        below.href = one.branch;
        const words = document.createElement("span");
        words.className = "words";
        words.textContent = one.children === 1 ? root.dataset.below1 : root.dataset.below;
        below.append(`${one.children} `, words);
        node.append(" ", below);
      }
      li.append(node);
      nested.append(li);
      dress(li, said.offset + place + 1, said.total);
    });
    if (said.next) {
      const li = document.createElement("li");
      const node = document.createElement("span");
      const more = document.createElement("a");
      li.setAttribute("role", "none");
      node.className = "node";
      more.className = "more";
      more.href = said.next;
      more.textContent = root.dataset.more;
      more.setAttribute("role", "treeitem");
      more.tabIndex = -1;
      more.addEventListener("click", async (event) => {
        event.preventDefault();
        try {
          const answer = await fetch(more.href, { headers: { Accept: "application/json" } });
          if (!answer.ok) throw new Error(String(answer.status));
          const further = await answer.json();
          const last = li.previousElementSibling;
          li.remove();
          fill(nested, further);
          const first = (last ? last.nextElementSibling : nested.firstElementChild)?.querySelector('[role="treeitem"]');
          if (first) focus(first);
        } catch {
          location.assign(more.href);
        }
      });
      node.append(more);
      li.append(node);
      nested.append(li);
    }
  }

  function seek(letter) {
    const now = Date.now();
    typed = now - typedAt < SOON_MS ? typed + letter : letter;
    typedAt = now;
    const all = items();
    const here = all.indexOf(document.activeElement);
    const from = typed.length > 1 ? here : here + 1;
    const found = [...all.slice(from), ...all.slice(0, from)].find((one) =>
      [one.textContent, one.lastChild.textContent].some((text) => text.trim().toLowerCase().startsWith(typed)),
    );
    if (found) focus(found);
  }

  root.addEventListener("keydown", (event) => {
    const item = event.target.closest('[role="treeitem"]');
    if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = items();
    const place = all.indexOf(item);
    const expandable = item.hasAttribute("aria-expanded");
    if (event.key === "ArrowDown") all[place + 1] && focus(all[place + 1]);
    else if (event.key === "ArrowUp") all[place - 1] && focus(all[place - 1]);
    else if (event.key === "Home") focus(all[0]);
    else if (event.key === "End") focus(all.at(-1));
    else if (event.key === "ArrowRight" && expandable && !isOpen(item)) open(item);
    else if (event.key === "ArrowRight" && expandable) group(item)?.querySelector('[role="treeitem"]') && focus(group(item).querySelector('[role="treeitem"]'));
    else if (event.key === "ArrowLeft" && expandable && isOpen(item)) shut(item);
    else if (event.key === "ArrowLeft") above(item) && focus(above(item));
    else if (event.key === " ") item.click();
    else if (event.key.length === 1 && event.key.trim()) seek(event.key.toLowerCase());
    else return; // Enter follows the link by itself
    event.preventDefault();
  });
  root.addEventListener("focusin", (event) => {
    const item = event.target.closest('[role="treeitem"]');
    if (!item) return;
    for (const other of root.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    item.tabIndex = 0;
  });

  root.setAttribute("role", "tree");
  const total = Number(root.dataset.total);
  const first = Number(root.dataset.first);
  [...root.children].forEach((li, place) => dress(li, first + place, total));
  // a single branch is there to be seen
  const roots = root.querySelectorAll(':scope > li > .node > [role="treeitem"]');
  if (roots.length === 1 && group(roots[0])) set(roots[0], true);
  if (roots.length) roots[0].tabIndex = 0;
  root.classList.add("grown");
}

document.querySelectorAll("ul[data-tree]").forEach(grow);
