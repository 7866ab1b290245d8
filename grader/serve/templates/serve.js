// Pages work without this script. With it a page asks for its live piece anew when the server says that something has
// changed, takes a notebook that is dropped on it, and copies what is to be copied.
(() => {
  "use strict";
  const live = document.getElementById("live");
  const spoken = document.getElementById("spoken");
  let asking = false;
  let again = false;
  let seen = "";

  async function refresh() {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const answer = await fetch(live.dataset.live, { redirect: "manual" });
      const isSame = answer.headers.get("X-Piece") === live.dataset.piece;
      if (answer.status === 200 && isSame) replace(await answer.text());
      else if (answer.status < 500) location.reload(); // somebody who waited is let in, or is not any more
    } catch { /* the server is away for a moment: its stream of news opens again by itself */ }
    asking = false;
    if (again) { again = false; refresh(); }
  }

  // What somebody has opened, or where the keyboard is, stays so.
  function replace(html) {
    const made = document.createElement("template");
    made.innerHTML = html; // the server's own, in which everything of a participant's is escaped
    if (html === seen) return;
    const opened = new Set([...live.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
    const focused = live.contains(document.activeElement) ? document.activeElement.id : "";
    const said = live.querySelector("[data-say]")?.dataset.say;
    seen = html;
    live.replaceChildren(made.content);
    for (const summary of live.querySelectorAll("details > summary"))
      if (opened.has(summary.textContent)) summary.parentElement.open = true;
    if (focused) document.getElementById(focused)?.focus();
    const now = live.querySelector("[data-say]")?.dataset.say;
    if (spoken && now && now !== said) spoken.textContent = now;
  }

  if (live) {
    const news = new EventSource(live.dataset.events);
    news.addEventListener("message", refresh);
    addEventListener("pagehide", () => news.close());
  }

  for (const form of document.querySelectorAll("[data-drop]")) {
    const input = form.querySelector("input[type=file]");
    for (const kind of ["dragover", "dragenter"])
      addEventListener(kind, (event) => { event.preventDefault(); form.classList.add("over"); });
    addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("over"); });
    addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("over");
      if (event.dataTransfer.files.length === 0) return;
      input.files = event.dataTransfer.files;
      form.requestSubmit();
    });
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    const text = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      getSelection().selectAllChildren(text);
      try { await navigator.clipboard.writeText(text.textContent); } // only where the connection is safe
      catch { document.execCommand("copy"); }
      button.textContent = button.dataset.done;
    });
  }
})();
