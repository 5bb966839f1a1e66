// A press on a column's header sorts the table: upwards, downwards, then back to the order of the page. Rows without a
// value stay last; rows of equal value keep their order. Without this script the tables are just as complete.
"use strict";

for (const table of document.querySelectorAll("table")) {
  const inOrder = [...table.tBodies[0].rows];
  if (inOrder.length > 1) {
    [...table.tHead.rows[0].cells].forEach((header) => makeSortable(header, table.tBodies[0], inOrder));
  }
}

function makeSortable(header, body, inOrder) {
  const button = document.createElement("button");
  button.type = "button";
  button.title = "Sort by this column";
  button.append(...header.childNodes);
  header.append(button);
  button.addEventListener("click", () => {
    const direction = { ascending: "descending", descending: null }[header.getAttribute("aria-sort")];
    for (const other of header.parentNode.cells) other.removeAttribute("aria-sort");
    if (direction === null) {
      body.append(...inOrder);
    } else {
      header.setAttribute("aria-sort", direction ?? "ascending");
      body.append(...sorted(inOrder, header.cellIndex, direction === "descending" ? -1 : 1));
    }
  });
}

function sorted(rows, column, sign) {
  const words = new Intl.Collator("en", { numeric: true });
  const keyed = rows.map((row) => ({ row, key: sortKey(row.cells[column]) }));
  const known = keyed.filter(({ key }) => key !== null);
  const missing = keyed.filter(({ key }) => key === null);
  known.sort((a, b) => sign * (typeof a.key === "number" ? a.key - b.key : words.compare(a.key, b.key)));
  return [...known, ...missing].map(({ row }) => row);
}

function sortKey(cell) {
  const value = cell.dataset.value;
  if (value !== undefined) return Number(value.replace("inf", "Infinity"));
  const text = cell.textContent;
  return cell.classList.contains("number") || text === "\u2013" || text === "" ? null : text;
}
