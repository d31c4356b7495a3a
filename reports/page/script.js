(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (tag, attributes, text) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text) element.textContent = text;
    return element;
  };
  /* A page in another language than English brings the words that are said here. */
  const words_said = JSON.parse(document.body.dataset.words || "{}");
  const say = (text) => words_said[text] ?? text;
  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  const textOf = new WeakMap();
  /* A finding among several of one line is found by the words of that line too. */
  const words = (element) => {
    if (!textOf.has(element)) {
      const line = element.matches(".origin") ? element.closest("details").querySelector("summary").textContent : "";
      textOf.set(element, plain(line + element.textContent));
    }
    return textOf.get(element);
  };
  const fits = (element, wanted) => wanted.every((word) => words(element).includes(word));
  const split = (text) => plain(text).split(/\s+/).filter(Boolean);

  /* What a link points at is opened, with all that it stands in. */
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) all(".tools").forEach((tools) => tools.dispatchEvent(new Event("clear")));
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    const own = target.matches(".finding.spot") && target.querySelector("details");
    if (own) own.open = true;
    target.scrollIntoView();
  };

  /* Tables: filter above, sort by heading. */
  const control = (label, element) => {
    const box = make("label", {});
    box.append(make("span", {}, label), element);
    return box;
  };
  const toolbar = (name, noun) => {
    const tools = make("div", { class: "tools", role: "search", "aria-label": name });
    const field = make("input", { type: "search", autocomplete: "off", spellcheck: "false" });
    const count = make("p", { class: "matches", role: "status" });
    tools.append(control(name, field));
    const tell = (shown, whole) => {
      count.textContent = shown === whole ? `${whole} ${say(noun)}`
        : say("{n} of {all} {noun}").replace("{n}", shown).replace("{all}", whole).replace("{noun}", say(noun));
    };
    return { tools, field, count, tell };
  };
  const later = (action) => {
    let timer = 0;
    return () => { clearTimeout(timer); timer = setTimeout(action, 120); };
  };
  const sortable = (table) => {
    const heads = all("thead th", table);
    const body = table.tBodies[0];
    const key = (row, place) => (row.cells[place].dataset.sort ?? row.cells[place].textContent).trim();
    heads.forEach((head, place) => {
      const button = make("button", { type: "button" }, head.textContent);
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].map((row) => [key(row, place), row]);
        const numbers = rows.every(([text]) => text !== "" && !Number.isNaN(Number(text)));
        rows.sort(([a], [b]) => numbers ? a - b : a.localeCompare(b, "en", { numeric: true }));
        if (down) rows.reverse();
        body.append(...rows.map(([, row]) => row));
      });
    });
  };
  const filterable = (table) => {
    const { tools, field, count, tell } = toolbar(table.dataset.filter, "rows");
    const rows = [...table.tBodies[0].rows];
    const update = () => {
      const wanted = split(field.value);
      let shown = 0;
      for (const row of rows) {
        row.hidden = !fits(row, wanted);
        shown += !row.hidden;
      }
      tell(shown, rows.length);
    };
    tools.append(count);
    field.addEventListener("input", later(update));
    tools.addEventListener("clear", () => { field.value = ""; update(); });
    (table.closest(".scroll") ?? table).before(tools);
    tell(rows.length, rows.length);
  };
  all("table.sortable").forEach(sortable);
  all("table[data-filter]").forEach(filterable);

  /* Findings: filter by words, severity and principle; order by rule or by place. */
  const holder = document.getElementById("cards");
  if (holder) {
    const { tools, field, count, tell } = toolbar(say("Filter findings"), "findings");
    const cards = all(".finding", holder);
    const spots = all(".spot", holder);
    const homes = new Map(spots.map((spot) => [spot, spot.parentElement]));
    const groups = all(".group", holder);
    const levels = all(".level", holder);
    const choice = (label, options) => {
      const select = make("select", {});
      select.append(...options.map(([value, text]) => make("option", { value }, say(text))));
      tools.append(control(say(label), select));
      return select;
    };
    const values = (name) => [...new Set(cards.map((card) => card.dataset[name]))].map((value) => [value, value]);
    const severity = choice("Severity", [["", "all"], ...values("severity")]);
    const principle = choice("Principle", [["", "all"], ...values("principle").sort()]);
    const order = choice("Order", [["rule", "by rule"], ["place", "by place"]]);
    const open = make("button", { type: "button", class: "open" }, say("Open all shown"));
    const close = make("button", { type: "button", class: "open" }, say("Close all"));
    tools.append(open, close, count);
    const flat = make("div", { class: "flat" });
    holder.before(tools);
    holder.prepend(flat);
    const update = () => {
      const wanted = split(field.value);
      let shown = 0;
      for (const card of cards) {
        card.hidden = !(fits(card, wanted)
          && (!severity.value || card.dataset.severity === severity.value)
          && (!principle.value || card.dataset.principle === principle.value));
        shown += !card.hidden;
      }
      const used = new Set();
      for (const spot of spots) {
        if (!spot.matches(".finding")) spot.hidden = !spot.querySelector(".finding:not([hidden])");
        if (!spot.hidden) used.add(homes.get(spot));
      }
      for (const group of groups) group.hidden = !used.has(group.querySelector(".cards"));
      for (const level of levels) level.hidden = !level.querySelector(".group:not([hidden])");
      tell(shown, cards.length);
    };
    const arrange = () => {
      holder.classList.toggle("by-place", order.value === "place");
      if (order.value === "place") {
        const place = (spot) => spot.querySelector(".place").textContent;
        flat.append(...[...spots].sort((a, b) => place(a).localeCompare(place(b), "en", { numeric: true })));
      } else {
        for (const spot of spots) homes.get(spot).append(spot);
      }
    };
    const each = (value) => () => spots.forEach((spot) => {
      if (!spot.hidden) spot.querySelector("details").open = value;
    });
    field.addEventListener("input", later(update));
    severity.addEventListener("change", update);
    principle.addEventListener("change", update);
    order.addEventListener("change", arrange);
    open.addEventListener("click", each(true));
    close.addEventListener("click", each(false));
    tools.addEventListener("clear", () => {
      field.value = severity.value = principle.value = "";
      update();
    });
    tell(cards.length, cards.length);
  }

  /* Paper shows everything; what was closed is closed again afterwards. */
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    opened.forEach((item) => { item.open = true; });
  });
  addEventListener("afterprint", () => { opened.forEach((item) => { item.open = false; }); });
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
})();
