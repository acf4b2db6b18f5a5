// Draws the flows of the year and material chosen. The numbers and the places of
// all nodes and bands come with the page; only what is as thick as a flow is
// worked out here. Without a less-than sign or an ampersand, so that the page is
// also well-formed XML.
"use strict";
(() => {
// As in the rest of the page: three significant digits, at most three decimals.
const grouped = (x, decimals) => {
  const [whole, rest] = Math.abs(x).toFixed(decimals).split(".");
  const text = whole.replace(/\B(?=(\d{3})+$)/g, " ") + (rest ? "." + rest : "");
  return (0 > x ? (/[1-9]/.test(text) ? "-" : "") : "") + text;
};
const significant = x => {
  const size = Math.abs(x);
  if (size === 0) return "0";
  const decimals = 0.9995 > size ? 3 : 9.995 > size ? 2 : 99.95 > size ? 1 : 0;
  if (0.0005 > size) return "under 0.001";
  if (decimals > 0) return grouped(x, decimals);
  let unit = 1;
  while (size / unit >= 999.5) unit *= 10;
  return grouped(Math.round(x / unit) * unit, 0);
};
const px = x => String(+x.toFixed(2));
const made = (parent, name, attributes, text) => {
  const space = parent.namespaceURI;
  const element = document.createElementNS(space, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
};
// Through points, curved from the first to the second, straight to the third.
const curve = (points, first) => points.map(([x, y], i) => {
  if (i === 0) return first + px(x) + " " + px(y);
  const [x0, y0] = points[i - 1], middle = px((x0 + x) / 2);
  const end = px(x) + " " + px(y);
  return i % 2 ? `C${middle} ${px(y0)} ${middle} ${px(y)} ${end}` : "L" + end;
}).join("");
const WIDE = 12, LINE = 12, WIDTH = 1120;

for (const box of document.querySelectorAll(".sankeys")) {
  const source = box.querySelector("script");
  if (!source) continue;
  const data = JSON.parse(source.textContent);
  const slider = box.querySelector("input[type=range]");
  const svg = box.querySelector(".any svg"), sheet = svg.querySelector("g");
  const hatch = svg.querySelector("pattern").id;
  const tables = box.querySelector(".any table");

  const show = () => {
    const material = box.querySelector("input[name$='-material']:checked").value;
    const m = data.materials[material], t = slider.value - data.first;
    const title = `${data.name}: flows of ${m.what}, ${slider.value}, ${m.unit}`;
    box.querySelector("output").textContent = slider.value;
    box.querySelector(".any b").textContent = title;
    svg.querySelector("title").textContent = title;
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${m.height}`);
    sheet.replaceChildren();

    const bands = m.bands.map(([from, to, kind, values, points, lane]) => ({
      from, to, kind: data.kinds[kind][0], value: values[t], thick: values[t] * m.px, lane,
      points: points ? points.flatMap((x, i) => i % 2 ? [] : [[x, points[i + 1]]]) : null,
      told: `${data.nodes[from]} to ${data.nodes[to]}: ${significant(values[t])} ${m.unit}`,
    }));
    const drawn = bands.filter(band => band.points);
    const change = node => (m.stocks[node] || [])[t] || 0;
    // Bands begin and end one below the other, in an order that never changes.
    for (const [node, , top] of m.at) for (const [side, end] of [["from", 0], ["to", -1]]) {
      let y = top;
      const own = drawn.filter(band => band[side] === node);
      own.sort((a, b) => a.points.at(end)[1] - b.points.at(end)[1]);
      for (const band of own) {
        band[side + "Y"] = y;
        y += band.thick;
      }
    }
    for (const band of drawn) {
      if (band.value === 0) continue;
      const { points, thick, fromY, toY, lane, kind } = band;
      const [x0, x1] = [points[0][0], points.at(-1)[0]];
      let path;
      if (lane) {
        const r = 6 + thick / 2, y = lane[0] + thick / 2;
        const [y0, y1] = [fromY + thick / 2, toY + thick / 2];
        const bow = (x, y) => `a${px(r)} ${px(r)} 0 0 1 ${px(x)} ${px(y)}`;
        path = made(sheet, "path", {
          class: "loop " + kind, "stroke-width": px(thick),
          d: `M${px(x0)} ${px(y0)}h4${bow(r, r)}V${px(y - r)}${bow(-r, r)}H${px(x1 - 4)}`
            + `${bow(-r, -r)}V${px(y1 + r)}${bow(r, -r)}h4`,
        });
        const at = { class: "node-value middle", x: px((x0 + x1) / 2), y: px(lane[1]) };
        made(sheet, "text", at, "◀ " + band.told);
      } else {
        const edge = points.slice();
        edge[0] = [x0, fromY];
        edge[edge.length - 1] = [x1, toY];
        const back = edge.map(([x, y]) => [x, y + thick]).reverse();
        const d = curve(edge, "M") + curve(back, "L") + "Z";
        path = made(sheet, "path", { class: "flow " + kind, d });
      }
      made(path, "title", {}, band.told);
      path.dataset.value = band.value;
    }
    for (const [node, x, y, stores] of m.at) {
      const side = end => bands.reduce((sum, b) => b[end] === node ? sum + b.value : sum, 0);
      const stock = change(node);
      const value = Math.max(side("to") - Math.min(stock, 0), side("from") + Math.max(stock, 0));
      if (value === 0) continue;
      const height = value * m.px, stored = Math.abs(stock) * m.px;
      made(sheet, "rect", { class: "node", x, y, width: WIDE, height: px(Math.max(height, 0.8)) });
      const lines = [data.nodes[node], significant(value)];
      if (stores * Math.abs(stock) >= 0.0005) {
        lines.push("stock " + (stock > 0 ? "+" : "") + significant(stock));
        made(sheet, "rect", {
          class: "stored", fill: `url(#${hatch})`, x: stock > 0 ? x + WIDE : x - 10,
          y: px(y + height - stored), width: 10, height: px(stored),
        });
      }
      lines.forEach((line, i) => made(sheet, "text", {
        class: i ? "node-value" : "node-name", x, y: px(y - 3 - LINE * (lines.length - 1 - i)),
      }, line));
    }
    let x = 2;
    const y = m.legend;
    for (const [kind, words] of data.kinds) {
      if (!drawn.some(band => band.kind === kind)) continue;
      made(sheet, "rect", { class: "flow " + kind, x: px(x), y, width: 16, height: 10 });
      made(sheet, "text", { class: "node-value", x: px(x + 21), y: y + 9 }, words);
      x += 36 + 0.56 * 11 * words.length;
    }
    const thick = m.round * m.px;
    made(sheet, "rect", {
      class: "node", x: WIDTH - 190, y: px(y + 18 - thick), width: 4, height: px(thick),
    });
    const told = `this thick: ${significant(m.round)} ${m.unit}`;
    made(sheet, "text", { class: "node-value", x: WIDTH - 180, y: y + 9 }, told);

    tables.caption.textContent = title;
    tables.tHead.rows[0].cells[2].textContent = m.unit;
    const body = tables.tBodies[0];
    body.replaceChildren();
    const row = (from, to, value) => {
      const line = made(body, "tr", {});
      made(line, "th", { scope: "row" }, from);
      made(line, "td", {}, to);
      made(made(line, "td", {}), "data", { value: value * m.scale }, significant(value));
    };
    for (const band of bands) {
      if (band.value > 0) row(data.nodes[band.from], data.nodes[band.to], band.value);
    }
    for (const node in m.stocks) if (change(node) !== 0) row(data.nodes[node], "its stock", change(node));
  };
  box.classList.add("live");
  box.addEventListener("input", show);
  show();
}
})();
