// Without this script everything is there to read, one below the other. With it: one view at a time, a table to sort
// and to filter. Whatever it shows was in the page already; it makes no HTML.
(() => {
  "use strict";
  const root = document.documentElement;
  const overview = document.getElementById("class");
  const title = document.title;

  // ---- one view at a time; the address names it, so links, bookmarks and the back button work

  let open = null; // the participant who is shown
  let leftAt = 0; // where on the class's view that was, and by which link: for whoever comes back
  let leftBy = null;

  function show(target) {
    const person = target && target.closest(".person");
    const changed = person !== open;
    if (changed && !open) leftAt = window.scrollY;
    if (open) open.classList.remove("open");
    if (person) person.classList.add("open");
    root.classList.toggle("one", Boolean(person));
    open = person;
    document.title = person ? `${person.querySelector("h2").textContent} · ${title}` : title;
    return changed;
  }

  function follow() {
    let target = null;
    try {
      target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch {
      // an address that somebody mistyped: the class
    }
    const changed = show(target);
    if (open) {
      const heading = target === open ? open.querySelector("h2") : target;
      if (target === open) window.scrollTo(0, 0);
      else target.scrollIntoView();
      if (changed) heading.focus({ preventScroll: true });
    } else if (changed && (!target || target === overview)) {
      window.scrollTo(0, leftAt);
      if (leftBy) leftBy.focus({ preventScroll: true });
    } else if (target && target !== overview) {
      target.scrollIntoView();
      target.focus({ preventScroll: true });
    }
  }

  if (overview) {
    root.classList.add("scripted");
    overview.addEventListener("click", (event) => {
      leftBy = event.target.closest("a") || leftBy;
    });
    history.scrollRestoration = "manual"; // the views are of different heights
    window.addEventListener("pagehide", () => {
      history.scrollRestoration = "auto"; // but a page that is loaded again stays where it was
    });
    window.addEventListener("hashchange", follow);
    if (location.hash) follow();
  }

  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    (open || document.getElementById("content")).querySelector("h2").focus();
  });

  // ---- on paper, what is folded is unfolded

  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const one of folded) one.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const one of folded) one.open = false;
  });

  // ---- the table

  const table = document.getElementById("heat");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, name: plain(row.cells[0].textContent) }));
  const collator = new Intl.Collator(root.lang, { numeric: true, sensitivity: "base" });

  function plain(text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/ł/g, "l").replace(/Ł/g, "L").toLowerCase();
  }

  function sort(head, column) {
    const numbers = head.dataset.sort === "number";
    const now = head.getAttribute("aria-sort");
    const first = numbers ? "descending" : "ascending";
    const order = now === null ? first : now === "ascending" ? "descending" : "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const value = ({ row, name }) => (numbers ? Number(row.cells[column].dataset.v || -1) : name);
    const compare = numbers ? (a, b) => a - b : collator.compare;
    const sorted = [...rows].sort((a, b) => sign * compare(value(a), value(b)));
    body.append(...sorted.map(({ row }) => row));
  }

  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    if (head.title) button.title = head.title;
    head.removeAttribute("title");
    button.addEventListener("click", () => sort(head, column));
    head.append(button);
  });

  const controls = document.getElementById("controls");
  const find = document.getElementById("find");
  const which = document.getElementById("which");
  const state = document.getElementById("state");
  const shown = document.getElementById("shown");
  const nobody = document.getElementById("nobody");

  function filter() {
    const words = plain(find.value).split(/\s+/);
    let count = 0;
    for (const { row, name } of rows) {
      const cells = [...row.querySelectorAll("[data-s]")];
      const looked = which.value === "" ? cells : cells.slice(Number(which.value), Number(which.value) + 1);
      const fits = state.value === "" || looked.some((cell) => cell.dataset.s === state.value);
      row.hidden = !(fits && words.every((word) => name.includes(word)));
      count += row.hidden ? 0 : 1;
    }
    nobody.hidden = count > 0;
    shown.textContent = shown.dataset.text.replace("{shown}", count).replace("{all}", rows.length);
  }

  controls.hidden = false;
  controls.addEventListener("input", filter);
  controls.addEventListener("submit", (event) => event.preventDefault());
  filter();
})();
