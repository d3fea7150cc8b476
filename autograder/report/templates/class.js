// The class table sorts by the column whose title is pressed; "#sort=total" (or "#sort=-total") opens it sorted.
"use strict";
(() => {
  const table = document.querySelector("table");
  if (!table) return;
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const lang = document.documentElement.lang;

  // A cell without a value (nothing graded yet) comes last, whichever way the column is sorted.
  const compare = (a, b, isText, sign) => {
    if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
    return sign * (isText ? a.localeCompare(b, lang, { numeric: true }) : a - b);
  };

  const sort = (column, descending) => {
    const rows = [...body.rows].map((row) => [row.cells[column].dataset.value, row]);
    rows.sort((one, other) => compare(one[0], other[0], column === 0, descending ? -1 : 1));
    body.append(...rows.map(([, row]) => row));
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    heads[column].setAttribute("aria-sort", descending ? "descending" : "ascending");
  };

  const sortByHash = () => {
    const [, minus, key] = /^#sort=(-?)(.+)$/.exec(location.hash) ?? [];
    const column = heads.findIndex((head) => head.dataset.key === key);
    if (column >= 0) sort(column, minus === "-");
  };

  heads.forEach((head, column) => {
    head.firstElementChild.addEventListener("click", () => {
      const descending = head.getAttribute("aria-sort") === "ascending";
      history.replaceState(null, "", `#sort=${descending ? "-" : ""}${head.dataset.key}`);
      sort(column, descending);
    });
  });
  addEventListener("hashchange", sortByHash);
  sortByHash();
})();
