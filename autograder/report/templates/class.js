// The table of a class: sorting by a column's title, filters and search. The address holds all of it,
// "#sort=-total&filter=failed,alike&search=ana", so that a reload or a link shows the same rows.
"use strict";
(() => {
  const table = document.querySelector("table");
  if (!table) return;
  const ROWS_AT_ONCE = 100;
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
  const tools = document.querySelector(".tools");
  const search = document.getElementById("search");
  const filters = [...tools.querySelectorAll("[data-filter]")];
  const clear = tools.querySelector(".clear");
  const status = tools.querySelector("[role=status]");
  const lang = document.documentElement.lang;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const nameOf = (row) => row.querySelector("a").textContent;
  let state = { sort: "", filters: new Set(), search: "" };
  let sorted = "";

  // The rows that a large class has beyond the first ones, as text.
  const more = document.querySelector(".scroll noscript")?.textContent ?? "";
  const left = more.slice(more.indexOf("<tbody>") + 7, more.lastIndexOf("</tr>")).split("</tr>");
  if (!more) left.length = 0;
  const rows = [];
  const take = (added) => {
    for (const row of added) {
      const words = plain(`${nameOf(row)} ${row.dataset.place ?? ""}`); // what a search finds
      rows.push({ row, name: nameOf(row), plain: words, is: row.dataset.is.split(" ") });
    }
  };
  const add = (count) => {
    const template = document.createElement("template");
    template.innerHTML = left.splice(0, count).join("");
    const added = [...template.content.querySelectorAll("tr")];
    take(added);
    body.append(...added);
  };

  // Parts of an address that name nothing here are left out.
  const read = () => {
    const parts = new URLSearchParams(location.hash.slice(1));
    const known = new Set(filters.map((button) => button.dataset.filter));
    const wanted = (parts.get("filter") ?? "").split(",").filter((name) => known.has(name));
    return { sort: parts.get("sort") ?? "", filters: new Set(wanted), search: parts.get("search") ?? "" };
  };

  const write = () => {
    const parts = [];
    if (state.sort) parts.push(`sort=${encodeURIComponent(state.sort)}`);
    if (state.filters.size) parts.push(`filter=${[...state.filters].join(",")}`);
    if (state.search) parts.push(`search=${encodeURIComponent(state.search)}`);
    history.replaceState(null, "", parts.length ? `#${parts.join("&")}` : location.pathname + location.search);
  };

  const value = ({ row, name }, column) => {
    if (column === 0) return name;
    const cell = row.cells[column];
    const text = (cell.dataset.value ?? cell.textContent.replace(",", ".")).trim();
    return text === "" || Number.isNaN(Number(text)) ? undefined : Number(text);
  };

  // A cell without a value (nothing graded yet) comes last, whichever way the column is sorted.
  const compare = (a, b, isText, sign) => {
    if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
    return sign * (isText ? a.localeCompare(b, lang, { numeric: true }) : a - b);
  };

  const sort = () => {
    const isDescending = state.sort.startsWith("-");
    const column = heads.findIndex((head) => head.dataset.key === state.sort.slice(isDescending));
    if (state.sort === sorted) return;
    sorted = state.sort;
    add(left.length);
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    if (column >= 0) heads[column].setAttribute("aria-sort", isDescending ? "descending" : "ascending");
    const order = rows.map((each) => [column < 0 ? undefined : value(each, column), each.row]);
    order.sort((one, other) => compare(one[0], other[0], column === 0, isDescending ? -1 : 1));
    body.append(...order.map(([, row]) => row));
  };

  const filter = () => {
    const words = plain(state.search).trim();
    let shown = 0;
    for (const { row, plain: known, is } of rows) {
      row.hidden = !known.includes(words) || ![...state.filters].every((flag) => is.includes(flag));
      shown += !row.hidden;
    }
    const { text, all } = status.dataset;
    status.textContent = text.replace("{shown}", words || state.filters.size ? shown : all).replace("{all}", all);
  };

  const show = () => {
    sort();
    filter();
    filters.forEach((button) => button.setAttribute("aria-pressed", state.filters.has(button.dataset.filter)));
    if (search.value !== state.search) search.value = state.search;
    clear.hidden = !state.filters.size && !state.search;
  };

  const change = (changes) => {
    state = { ...state, ...changes };
    write();
    show();
  };

  heads.forEach((head) => {
    head.querySelector("button").addEventListener("click", () => {
      const isAscending = head.getAttribute("aria-sort") === "ascending";
      change({ sort: (isAscending ? "-" : "") + head.dataset.key });
    });
  });
  filters.forEach((button) => {
    button.addEventListener("click", () => {
      const chosen = new Set(state.filters);
      if (!chosen.delete(button.dataset.filter)) chosen.add(button.dataset.filter);
      change({ filters: chosen });
    });
  });
  search.addEventListener("input", () => change({ search: search.value }));
  clear.addEventListener("click", () => {
    change({ filters: new Set(), search: "" });
    search.focus();
  });
  // A cell says what it is when it is pointed at: a title in each would be heavy.
  body.addEventListener("pointerover", ({ target }) => {
    const cell = target.closest("td, th");
    if (!cell || cell.title) return;
    const head = heads[cell.cellIndex].querySelector("button");
    const title = head.title || head.textContent.trim();
    cell.title = cell.cellIndex ? `${nameOf(cell.parentElement)} · ${title} · ${cell.textContent.trim()}` : nameOf(cell.parentElement);
  });
  addEventListener("hashchange", () => {
    if (location.hash && !location.hash.includes("=")) return;  // a place on the page
    state = read();
    show();
  });

  take(body.rows);
  tools.hidden = false;
  state = read();
  show();
  const addMore = () => {
    if (!left.length) return;
    add(ROWS_AT_ONCE);
    filter();
    setTimeout(addMore);
  };
  addEventListener("load", () => setTimeout(addMore));
})();
