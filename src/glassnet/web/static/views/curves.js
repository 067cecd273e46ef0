// Loss and accuracy epoch by epoch, for the training data and the held-out ones.
import { html, useEffect, useRef } from "../html.js";
import { counted, percent, readable } from "../numbers.js";
import { scaleOfLetters } from "../rem.js";
import { useStore } from "../store.js";
import uPlot from "../vendor/uplot.js";
import { AsTable, thinned } from "./as_table.js";
import { PinButton, Runs, StopAt } from "./pins.js";

const MOST_ROWS = 25;

export function Curves({ desk }) {
  const curves = useStore(desk.store, (state) => state.curves);
  const theme = useStore(desk.store, (state) => state.theme);
  const back = useStore(desk.store, ({ frame: { training } }) =>
    training.moment < training.n_moments - 1 ? training.epoch : null,
  );
  const runs = curves ? [curves, ...curves.pins] : [];
  const hasAccuracy = runs.some(({ learned }) => learned.accuracies.some((share) => share !== null));
  const empty = runs.every(({ learned }) => learned.epochs.length === 0);
  const pinned = runs.slice(1).map((pin) => pin.number).join();
  return html`
    <section class="card curves" aria-labelledby="curves-title">
      <div class="title">
        <h2 id="curves-title">Learning</h2>
        <p class="small key"><span class="learned">learned from</span> ${curves?.held_out.epochs.length > 0 && html`<span class="held-out">held out</span>`}</p>
        <${PinButton} desk=${desk} curves=${curves} />
      </div>
      ${empty
        ? html`<p class="small">Train, and the error of every epoch is drawn here.</p>`
        : html`<div class="charts">
            <${Chart} key=${`loss ${theme} ${pinned}`} title="error" curves=${curves} back=${back} column="losses" />
            ${hasAccuracy && html`<${Chart} key=${`right ${theme} ${pinned}`} title="share right" curves=${curves} back=${back} column="accuracies" />`}
          </div>`}
      ${!empty && html`<${AsTable} name="The curves as a table" columns=${["epoch", "error", "right", "held out: error", "held out: right"]} rows=${() => rowsOf(curves)} />`}
      <${Runs} desk=${desk} curves=${curves} />
      <${StopAt} desk=${desk} />
    </section>
  `;
}

// `back` is the epoch that one has gone back to, if any: a line stands there.
function Chart({ title, curves, back, column }) {
  const place = useRef(null);
  const chart = useRef(null);
  const marked = useRef(null);
  marked.current = back;
  const data = aligned(curves, column);

  useEffect(() => {
    const colour = (name) => resolved(place.current, name);
    const scale = scaleOfLetters();
    const height = Math.round(130 * scale);
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: `${11 * scale}px system-ui` };
    chart.current = new uPlot(
      {
        width: place.current.clientWidth, height, legend: { show: false }, cursor: { show: false },
        scales: { x: { time: false }, y: { range: (_, low, high) => (column === "accuracies" ? [0, 1.02] : [0, Math.max(high * 1.05, 1e-12)]) } },
        hooks: {
          draw: [
            (plot) => marked.current !== null && drawLine(plot, marked.current, colour("--ink")),
            (plot) => curves.pins.forEach((pin, k) => drawNumber(plot, 3 + 2 * k, k, pin.number, colour(`--pin-${k + 1}`))),
          ],
        },
        axes: [{ ...axis, size: 24 * scale }, { ...axis, size: 46 * scale, values: (_, values) => values.map((value) => readable(value, 2)) }],
        series: [
          {}, { stroke: colour("--learned"), width: 2, points: { show: false }, spanGaps: true }, { stroke: colour("--held-out"), width: 2, dash: [6, 3], points: { show: false }, spanGaps: true },
          ...curves.pins.flatMap((_, k) => [
            { stroke: colour(`--pin-${k + 1}`), width: 1.5, points: { show: false }, spanGaps: true },
            { stroke: colour(`--pin-${k + 1}`), width: 1.5, dash: [6, 3], points: { show: false }, spanGaps: true },
          ]),
        ],
      },
      data,
      place.current,
    );
    const observer = new ResizeObserver(() => chart.current.setSize({ width: place.current.clientWidth, height }));
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      chart.current.destroy();
    };
  }, []);
  useEffect(() => chart.current.setData(data), [curves, back]);

  const last = curves.learned[column].at(-1);
  const beside = curves.pins.length ? `, beside ${counted(curves.pins.length, "pinned run")}` : "";
  return html`
    <figure>
      <figcaption class="small">${title}</figcaption>
      <div ref=${place} role="img" aria-label=${`${title}, epoch by epoch; the last is ${readable(last)}${beside}`} />
    </figure>
  `;
}

function drawLine(plot, epoch, colour) {
  const x = Math.round(plot.valToPos(epoch, "x", true));
  plot.ctx.fillStyle = colour;
  plot.ctx.fillRect(x, plot.bbox.top, Math.max(1, devicePixelRatio), plot.bbox.height);
}

// A colour as a canvas wants it: light or dark already chosen.
function resolved(element, name) {
  const before = element.style.color;
  element.style.color = `var(${name})`;
  const { color } = getComputedStyle(element);
  element.style.color = before;
  return color;
}

// The number of a pinned run, near the end of its curve: colour alone does not tell curves apart.
function drawNumber(plot, series, place, number, colour) {
  const [epochs, values] = [plot.data[0], plot.data[series]];
  const last = values.findLastIndex((value) => value !== undefined && value !== null);
  if (last < 0) return;
  const size = 11 * scaleOfLetters() * devicePixelRatio;
  // A little further to the left for each run, so that numbers of runs of one length do not cover each other.
  const x = Math.max(plot.bbox.left, plot.valToPos(epochs[last], "x", true) - (1 + 1.3 * place) * size);
  const epoch = plot.posToVal(x / devicePixelRatio - plot.bbox.left / devicePixelRatio, "x");
  const near = values.findLastIndex((value, k) => value !== undefined && value !== null && epochs[k] <= epoch);
  const y = Math.max(plot.valToPos(values[near < 0 ? last : near], "y", true) - 4 * devicePixelRatio, plot.bbox.top + size);
  plot.ctx.save();
  plot.ctx.font = `bold ${size}px system-ui`;
  plot.ctx.fillStyle = colour;
  plot.ctx.fillText(String(number), x, y);
  plot.ctx.restore();
}

// This run as rows of a table: some of its epochs, evenly spread.
function rowsOf({ learned, held_out: heldOut }) {
  const judged = new Map(heldOut.epochs.map((epoch, k) => [epoch, k]));
  const share = (value) => (value === null || value === undefined ? "" : percent(value));
  const loss = (value) => (value === undefined ? "" : readable(value, 4));
  return thinned([...learned.epochs.keys()], MOST_ROWS).map((k) => {
    const epoch = learned.epochs[k];
    const other = judged.get(epoch);
    return [
      epoch.toLocaleString("en"), loss(learned.losses[k]), share(learned.accuracies[k]),
      loss(heldOut.losses[other]), share(heldOut.accuracies[other]),
    ];
  });
}

// The curves of this run and of the pinned ones, all over the epochs of any.
function aligned(now, column) {
  const curves = [now, ...now.pins].flatMap(({ learned, held_out: heldOut }) => [learned, heldOut]);
  const epochs = [...new Set(curves.flatMap((curve) => curve.epochs))].sort((a, b) => a - b);
  const spread = (curve) => {
    const by = new Map(curve.epochs.map((epoch, k) => [epoch, curve[column][k]]));
    return epochs.map((epoch) => by.get(epoch) ?? undefined);
  };
  return [epochs, ...curves.map(spread)];
}
