// Without this script everything is there to read, one below the other. With it: one view at a time, a table to sort
// and to filter, all of it named by the address. What is folded or belongs to another view stands in noscript elements,
// where it is only text to a browser that runs scripts, and becomes elements when somebody opens it. On the page of a
// large class that text, and the table's, lies in files beside it.
(() => {
  "use strict";
  const root = document.documentElement;
  const overview = document.getElementById("class");
  const title = document.title;
  const LOOK_EVERY_MS = 5000;
  const ROWS = 100; // of the table are drawn at once; more of them as somebody scrolls

  function elements(folded) {
    const made = document.createElement("template");
    made.innerHTML = folded; // the page's own, in which everything of a participant's is escaped
    for (const link of made.content.querySelectorAll("a[data-to]")) link.setAttribute("href", `#${link.dataset.to}`);
    return made.content;
  }

  function unfold(details) {
    const folded = details.querySelector(":scope > noscript");
    if (folded) folded.replaceWith(elements(folded.textContent));
    const list = lists[details.dataset.list];
    if (!list) return;
    details.append(...names(list));
    delete details.dataset.list;
  }

  // ---- files beside the page, of a large class

  const beside = overview && overview.dataset.beside; // where they are
  let [entries, kinds, lists] = [[], [], []]; // who stands in the table, the different cells that it has, folded names
  let loaded; // what came last

  window.graded = (value) => {
    loaded = value;
  };

  function load(file, then) {
    const script = document.createElement("script");
    script.src = beside + file;
    script.addEventListener("load", () => then(loaded));
    script.addEventListener("error", () => {
      document.getElementById("lost").hidden = false;
    });
    document.head.append(script);
    script.remove();
  }

  function* names(list) {
    for (const [at, entry] of list.entries()) {
      if (at) yield ", ";
      const [index, place, note] = Array.isArray(entry) ? entry : [];
      yield named(index === undefined ? "" : `${entries[index][0]}${place && `-${place}`}`, index === undefined ? entry : entries[index][1]);
      if (note) yield " ";
      if (note) yield Object.assign(document.createElement("span"), { className: "note", textContent: note });
    }
  }

  function named(to, name) { // a link, if there is something to go to
    const shown = Object.assign(document.createElement("bdi"), { textContent: name });
    if (!to) return shown;
    const link = document.createElement("a");
    link.href = `#${to}`;
    link.dataset.to = to;
    link.append(shown);
    return link;
  }

  function plain(text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/ł/g, "l").replace(/Ł/g, "L").toLowerCase();
  }

  class Entry { // a row of the table that becomes elements when it is drawn
    constructor([key, name, rank, why, total, score, file, cells]) {
      Object.assign(this, { key, name, rank, why, total, score, file, cells });
    }

    get values() {
      return [this.score, ...this.cells.map((cell) => kinds[cell][4])];
    }

    get states() {
      return this.cells.map((cell) => kinds[cell][0]);
    }

    get text() {
      this.plain ??= plain(`${this.name} ${this.why}`);
      return this.plain;
    }

    get row() {
      this.made ??= this.make();
      return this.made;
    }

    make() {
      const row = document.createElement("tr");
      row.classList.toggle("absent", !this.key);
      const head = document.createElement("th");
      head.scope = "row";
      head.append(named(this.key, this.name));
      if (this.why) head.append(" ", Object.assign(document.createElement("small"), { textContent: this.why }));
      row.append(head, Object.assign(document.createElement("td"), { className: "num sum", textContent: this.total }));
      for (const [state, shown, fill, aloud] of this.cells.map((cell) => kinds[cell])) {
        const cell = row.insertCell();
        if (state) cell.className = `num h-${state} f${fill}`;
        cell.append(shown || (aloud ? Object.assign(document.createElement("span"), { className: "vh", textContent: aloud }) : ""));
      }
      return row;
    }
  }

  document.addEventListener("toggle", (event) => event.target.open && unfold(event.target), true);

  // ---- on paper, what is folded is unfolded

  let opened = [];
  let drawTable = () => {}; // with at most so many rows, by default those that somebody sees: once there is a table
  window.addEventListener("beforeprint", () => {
    drawTable(Infinity);
    const all = () => [...document.querySelectorAll("details:not([open])")];
    for (let some = all(); some.length; some = all()) { // what was folded may hold more
      for (const one of some) {
        unfold(one);
        one.open = true;
      }
      opened.push(...some);
    }
  });
  window.addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
    opened = [];
    drawTable();
  });

  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    (root.classList.contains("one") ? shelf : document.getElementById("content")).querySelector("h2").focus();
  });

  const shelf = document.getElementById("one"); // where the participant is who is open
  if (!overview) return;
  if (beside) {
    load("class.js", (all) => {
      [entries, kinds, lists] = all;
      begin();
      for (const early of document.querySelectorAll("details[open][data-list]")) unfold(early);
    });
  } else begin();

  function begin() {
    // ---- the table

    const table = document.getElementById("heat");
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const collator = new Intl.Collator(["pl", root.lang], { numeric: true, sensitivity: "base" });
    const folded = document.getElementById("more");
    const unseen = folded ? [...elements(folded.textContent).querySelectorAll("tr")] : [];
    const rows = beside ? entries.map((one) => new Entry(one)) : [...body.rows, ...unseen].sort((a, b) => a.matches(".absent") - b.matches(".absent")).map((row) => {
      const [head, ...cells] = row.cells;
      return {
        row,
        key: head.querySelector("a")?.dataset.to,
        text: plain(head.textContent),
        name: head.dataset.n || head.textContent,
        states: cells.slice(1).map((cell) => cell.dataset.s),
        values: cells.map((cell) => ("v" in cell.dataset ? Number(cell.dataset.v) : null)),
      };
    });
    const fields = ["find", "which", "state"].map((id) => document.getElementById(id));
    const [find, which, state] = fields;
    const shown = document.getElementById("shown");
    const everybody = document.getElementById("all");
    let listed = rows; // those who match, in the order of the table
    let most = ROWS;
    let order = ""; // the number of a column, and - if it descends; empty as the page came

    function compare(one, other) {
      const [column, sign] = [parseInt(order, 10), order.endsWith("-") ? -1 : 1];
      if (column === 0) return sign * (beside ? one.rank - other.rank : collator.compare(one.name, other.name));
      const [a, b] = [one.values[column - 1], other.values[column - 1]];
      if (a === null || b === null) return (a === null) - (b === null); // whoever has none comes last in both orders
      return sign * (a - b);
    }

    function fits(one) {
      const [wanted, place] = [state.value, which.value];
      if (wanted && !(place ? one.states[Number(place)] === wanted : one.states.includes(wanted))) return false;
      return words.every((word) => one.text.includes(word));
    }

    let words = [];

    function arrange() {
      words = plain(find.value).split(/\s+/).filter(Boolean);
      listed = rows.filter(fits);
      if (order) listed.sort(compare);
      const now = order || "1";
      for (const head of heads) head.removeAttribute("aria-sort");
      heads[parseInt(now, 10)].setAttribute("aria-sort", now.endsWith("-") ? "descending" : "ascending");
      shown.textContent = shown.dataset.text.replace("{shown}", listed.length).replace("{all}", rows.length);
      document.getElementById("nobody").hidden = listed.length > 0;
      draw();
    }

    function draw(limit = most) { // what stands already where it belongs is left alone, for moving it is what takes time
      const wanted = listed.slice(0, limit).map(({ row }) => row);
      const there = body.rows;
      let same = 0;
      while (same < wanted.length && wanted[same] === there[same]) same += 1;
      if (same === 0) body.replaceChildren(...wanted);
      else {
        while (there.length > same) body.lastElementChild.remove();
        body.append(...wanted.slice(same));
      }
      everybody.hidden = listed.length <= limit;
    }

    drawTable = draw;

    const region = table.parentElement;
    region.addEventListener("scroll", () => {
      if (region.scrollTop + 2 * region.clientHeight < region.scrollHeight || body.rows.length >= listed.length) return;
      most = body.rows.length + ROWS;
      draw();
    }, { passive: true });

    function rearrange() { // as somebody has asked for: from the top
      if (most !== Infinity) most = ROWS;
      region.scrollTop = 0;
      arrange();
      remember();
    }

    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      if (head.title) button.title = head.title;
      head.removeAttribute("title");
      button.addEventListener("click", () => {
        order = head.getAttribute("aria-sort") === "ascending" ? `${column}-` : String(column);
        rearrange();
      });
      head.append(button);
    });

    // ---- the address: what is shown, then how the table is arranged, so that a reload or a link keeps both

    function parts() {
      const [place, query = ""] = location.hash.slice(1).split("?");
      return { place, query: new URLSearchParams(query) };
    }

    function remember() {
      const query = new URLSearchParams(fields.filter(({ value }) => value).map(({ id, value }) => [id, value]));
      if (order) query.set("sort", order);
      const { place } = parts();
      const text = String(query);
      history.replaceState(null, "", place || text ? `#${place}${text && `?${text}`}` : location.href.split("#")[0]);
    }

    function recall() {
      const { query } = parts();
      if (![...query.keys()].length) return;
      for (const field of fields) {
        field.value = query.get(field.id) || "";
        if (field.selectedIndex === -1) field.value = ""; // an address that somebody mistyped
      }
      const sort = query.get("sort") || "";
      order = /^\d+-?$/.test(sort) && parseInt(sort, 10) < heads.length ? sort : "";
    }

    // ---- one view at a time

    const people = new Map([...document.querySelectorAll("noscript.person")].map((one) => [one.dataset.key, one.textContent]));
    const files = new Map(entries.map(([key, , , , , , file]) => [key, file]));
    files.delete(""); // who handed in nothing
    let open = ""; // the key of the participant who is shown
    let leftAt = 0; // where on the class's view that was, and by which link: for whoever comes back
    let leftBy = null;

    function show(key) {
      if (key === open) return false;
      if (!open) leftAt = window.scrollY;
      open = key;
      shelf.replaceChildren(key ? elements(people.get(key)) : "");
      if (key && beside) shelf.firstElementChild.prepend(document.getElementById("crumbs").content.cloneNode(true));
      root.classList.toggle("one", Boolean(key));
      document.title = key ? `${shelf.querySelector("h2").textContent} · ${title}` : title;
      if (key) turn();
      return true;
    }

    function turn() { // the neighbours in the table as it is arranged now, if it shows this participant
      const keys = listed.map(({ key }) => key).filter(Boolean);
      const at = keys.indexOf(open);
      if (at < 0) return;
      for (const [rel, key] of [["prev", keys[at - 1]], ["next", keys[at + 1]]]) {
        const link = shelf.querySelector(`[rel=${rel}]`);
        if (link) link.hidden = !key;
        if (link && key) link.setAttribute("href", `#${key}`);
      }
    }

    function place() {
      try {
        return decodeURIComponent(parts().place);
      } catch {
        return ""; // an address that somebody mistyped: the class
      }
    }

    function follow() {
      recall();
      arrange();
      const name = place();
      const key = name.split("-").slice(0, 2).join("-");
      if (files.has(key) && !people.has(key)) {
        const { hash } = location;
        load(files.get(key), (article) => {
          people.set(key, article);
          if (location.hash === hash || place() === name) follow();
        });
        return;
      }
      const changed = show(people.has(key) ? key : "");
      const target = document.getElementById(name);
      if (open) {
        if (!target || name === key) window.scrollTo(0, 0);
        else target.scrollIntoView();
        if (changed) (name === key || !target ? shelf.querySelector("h2") : target).focus({ preventScroll: true });
      } else if (changed && (!target || target === overview)) {
        window.scrollTo(0, leftAt);
        if (leftBy) leftBy.focus({ preventScroll: true });
      } else if (target && target !== overview) {
        target.scrollIntoView();
        target.focus({ preventScroll: true });
      }
      remember();
    }

    for (const link of document.querySelectorAll("a[data-to]")) link.setAttribute("href", `#${link.dataset.to}`);
    root.classList.add("scripted");
    overview.addEventListener("click", (event) => {
      leftBy = event.target.closest("a") || leftBy;
    });
    const controls = document.getElementById("controls");
    controls.hidden = false;
    controls.addEventListener("input", rearrange);
    controls.addEventListener("submit", (event) => event.preventDefault());
    everybody.addEventListener("click", () => {
      most = Infinity;
      draw();
    });

    // ---- a page that is loaded again, by hand or because the run goes on, is where it was

    const details = () => [...document.querySelectorAll("details")];
    const drawer = `grade ${location.pathname}`; // in this tab only

    function keep() {
      const open = details().flatMap((one, at) => (one.open ? [at] : []));
      const state = { hash: location.hash, at: window.scrollY, leftAt, open, rows: body.rows.length, row: region.scrollTop };
      try {
        sessionStorage.setItem(drawer, JSON.stringify(state));
      } catch {
        // a browser that keeps nothing for files: the page begins at its top
      }
    }

    function takeUp() {
      let kept = null;
      try {
        if (performance.getEntriesByType("navigation")[0].type === "reload") kept = JSON.parse(sessionStorage.getItem(drawer));
      } catch {
        // as above
      }
      if (!kept || kept.hash !== location.hash) return;
      most = Math.max(most, kept.rows);
      draw();
      for (const at of kept.open) {
        const one = details()[at];
        if (one) unfold(one);
        if (one) one.open = true;
      }
      leftAt = kept.leftAt;
      region.scrollTop = kept.row;
      window.scrollTo(0, kept.at);
    }

    history.scrollRestoration = "manual"; // the views are of different heights
    follow();
    takeUp();
    window.addEventListener("hashchange", follow);
    window.addEventListener("pagehide", keep);
    if ("live" in root.dataset) {
      const isBusy = () => document.hidden || document.activeElement === find || String(getSelection());
      setInterval(() => isBusy() || location.reload(), LOOK_EVERY_MS);
    }
  }
})();
