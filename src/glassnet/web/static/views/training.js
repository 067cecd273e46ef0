// The training bar: play, pause, one step, one epoch, speed, new weights; and back to any moment.
import { html, useState } from "../html.js";
import { percent, readable } from "../numbers.js";
import { useStore } from "../store.js";
import { Worst } from "./doctor.js";

const SPEEDS = [["1", "1 step a second"], ["10", "10 steps"], ["50", "50 steps"], ["200", "200 steps"], ["1000", "1,000 steps"], ["", "full speed"]];

export function TrainingBar({ desk }) {
  const { store, actions } = desk;
  const training = useStore(store, (state) => state.frame.training);
  const structure = useStore(store, (state) => state.structure);
  const { playing } = training;
  return html`
    <section class="training" aria-label="Training">
      <div class="transport">
        <button class="primary" onClick=${() => (playing ? actions.pause() : actions.play())}>
          <${Icon} shape=${playing ? "M6 4h4v16H6zM14 4h4v16h-4z" : "M7 4v16l13-8z"} />${playing ? "Pause" : "Train"}
        </button>
        <button onClick=${actions.step} disabled=${playing}><${Icon} shape="M6 5v14l9-7zM17 5h3v14h-3z" />Step</button>
        <button onClick=${actions.epoch} disabled=${playing}><${Icon} shape="M3 5v14l8-7zM11 5v14l8-7zM19 5h2v14h-2z" />Epoch</button>
        <${Speed} speed=${training.speed} actions=${actions} />
        <${Reset} structure=${structure} actions=${actions} />
      </div>
      <${Scrubber} training=${training} actions=${actions} />
      <${Score} training=${training} />
      <${Worst} desk=${desk} />
    </section>
  `;
}

function Icon({ shape }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${shape} /></svg>`;
}

function Speed({ speed, actions }) {
  return html`
    <label>
      <span class="hidden">Speed</span>
      <select
        value=${String(speed ?? "")}
        onChange=${(event) => actions.speed(event.target.value === "" ? null : Number(event.target.value))}
      >
        ${SPEEDS.map(([value, words]) => html`<option value=${value}>${words}</option>`)}
      </select>
    </label>
  `;
}

function Reset({ structure, actions }) {
  const [seed, setSeed] = useState(null);
  const next = seed ?? structure.seed;
  return html`
    <div class="reset">
      <button onClick=${() => actions.reset(next)}><${Icon} shape="M12 5V1L6 6l6 5V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z" />New weights</button>
      <label title="The same seed draws the same weights">
        <span class="small">seed</span>
        <input
          type="number" min="0" max="2147483647" step="1" value=${next}
          onInput=${(event) => event.target.value !== "" && setSeed(Math.max(0, Math.trunc(Number(event.target.value))))}
        />
      </label>
    </div>
  `;
}

function Scrubber({ training, actions }) {
  const last = training.n_moments - 1;
  const back = training.moment < last;
  const { playing, ready } = training;
  return html`
    <label class="scrubber">
      <span class="small">${playing && !ready ? "getting ready …" : back ? `epoch ${training.epoch.toLocaleString("en")} of ${training.last_epoch.toLocaleString("en")}` : `epoch ${training.epoch.toLocaleString("en")}`}</span>
      <input
        type="range" min="0" max=${Math.max(last, 1)} step="1" value=${training.moment} disabled=${last < 1}
        aria-label="Moment of the run" aria-valuetext=${`epoch ${training.epoch}`}
        onInput=${(event) => actions.scrub(Math.min(last, Number(event.target.value)))}
      />
    </label>
  `;
}

function Score({ training: { learned, held_out: heldOut } }) {
  const right = learned?.n_right;
  return html`
    <dl class="score">
      ${learned && html`<div><dt>error</dt><dd>${readable(learned.loss)}</dd></div>`}
      ${learned && right !== null &&
      html`<div><dt>right</dt><dd data-right>${learned.n_examples <= 20 ? `${right} of ${learned.n_examples}` : percent(learned.accuracy)}</dd></div>`}
      ${heldOut && html`<div><dt>held out</dt><dd>${heldOut.accuracy === null ? readable(heldOut.loss) : percent(heldOut.accuracy)}</dd></div>`}
    </dl>
  `;
}
