// All views together. A notebook may show another selection of them in the same way.
import { CHAPTERS } from "../chapters.js";
import { html } from "../html.js";
import { useStore } from "../store.js";
import { Busy } from "./busy.js";
import { Camera } from "./camera.js";
import { Curves } from "./curves.js";
import { Doctor } from "./doctor.js";
import { Doors } from "./doors.js";
import { Examples } from "./examples.js";
import { Header } from "./header.js";
import { Inspector } from "./inspector.js";
import { NetworkView } from "./network.js";
import { Notices } from "./notices.js";
import { Settings } from "./settings.js";
import { Hidden, Snapshot } from "./share.js";
import { Story } from "./story.js";
import { TableTrouble } from "./table.js";
import { TrainingBar } from "./training.js";

export function Workshop({ desk }) {
  const theme = useStore(desk.store, (state) => state.theme);
  const experiment = useStore(desk.store, (state) => state.structure?.experiment);
  const hidden = useStore(desk.store, (state) => state.hidden);
  const at = useStore(desk.store, ({ chapter }) => (chapter === null ? null : CHAPTERS[chapter - 1].at)); // where its task is done
  const snapshot = useStore(desk.store, (state) => state.snapshot);
  const ready = useStore(desk.store, (state) => state.frame !== null && state.structure !== null);
  return html`
    <div class="glassnet" data-theme=${theme} data-experiment=${experiment} data-hidden=${hidden.join(" ")} data-task=${at} data-snapshot=${snapshot}>
      ${snapshot ? html`<${Snapshot} desk=${desk} />` : html`<${Header} desk=${desk} /><${Doors} desk=${desk} />`}
      <${Hidden} desk=${desk} /><${Busy} desk=${desk} />
      <main>
        ${ready
          ? html`
              <${Story} desk=${desk} />
              <${TrainingBar} desk=${desk} />
              <div class="columns">
                <div class="column seeing"><${Camera} desk=${desk} /><${Examples} desk=${desk} /></div>
                <div class="column thinking">
                  <${NetworkView} desk=${desk} /><${Curves} desk=${desk} />
                </div>
                <div class="column asking"><${Inspector} desk=${desk} /><${Doctor} desk=${desk} /><${Settings} desk=${desk} /></div>
              </div>
            `
          : html`<p class="waiting" role="status">Getting ready … the very first time, glassnet compiles itself.</p>`}
      </main>
      ${ready && html`<${TableTrouble} desk=${desk} />`}
      <${Notices} desk=${desk} />
    </div>
  `;
}
