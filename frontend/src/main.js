// Everything on the pages works without this file. It only makes three things quicker:
// finding a row in a long table, sorting one, and seeing which row a map unit belongs to.
import "./main.css";

const plain = (text) =>
  text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "").trim();

function filterable(table) {
  const field = document.querySelector(`[data-filter-for="${table.id}"]`);
  if (!field) return;
  const rows = [...table.tBodies[0].rows].map((row) => [row, plain(row.textContent)]);
  const count = document.querySelector(`[data-count-for="${table.id}"]`);
  field.closest("[hidden]")?.removeAttribute("hidden");
  field.addEventListener("input", () => {
    const wanted = plain(field.value);
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !text.includes(wanted);
      shown += row.hidden ? 0 : 1;
    }
    if (count) count.textContent = `${shown} / ${rows.length}`;
  });
}

function sortable(table) {
  for (const head of table.querySelectorAll("thead th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const body = table.tBodies[0];
      const key = (row) => row.cells[head.cellIndex].dataset.value ?? row.cells[head.cellIndex].textContent;
      const numbers = head.dataset.sort === "number";
      const order = (a, b) =>
        numbers ? Number(key(a)) - Number(key(b)) : key(a).localeCompare(key(b), "vi");
      body.append(...[...body.rows].sort((a, b) => (up ? order(a, b) : order(b, a))));
    });
  }
}

function mapped(figure) {
  const say = figure.querySelector("[data-map-said]");
  const mark = (event) => {
    const unit = event.target.closest("a[data-code]");
    if (!unit) return;
    for (const row of document.querySelectorAll("tr.lit")) row.classList.remove("lit");
    document.getElementById(unit.getAttribute("href").slice(1))?.classList.add("lit");
    if (say) say.textContent = unit.querySelector("title")?.textContent ?? "";
  };
  figure.addEventListener("pointerover", mark);
  figure.addEventListener("focusin", mark);
}

for (const table of document.querySelectorAll("table[data-tools]")) {
  filterable(table);
  sortable(table);
}
for (const figure of document.querySelectorAll("figure[data-map]")) mapped(figure);
