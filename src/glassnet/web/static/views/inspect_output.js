// An answer: how wrong each output is, which way is better, and how the selected one came about.
import { html } from "../html.js";
import { typeset } from "../numbers.js";
import { InspectNeuron } from "./inspect_neuron.js";

export function InspectOutput({ desk, inspection: { neuron, output, errors } }) {
  return html`
    <${InspectNeuron} desk=${desk} inspection=${neuron} />
    ${errors
      ? html`<table class="errors">
          <caption>How wrong: ${errors.loss} error</caption>
          <thead><tr>
            <th scope="col">output</th><th scope="col">truth</th><th scope="col">answer</th><th scope="col">error</th><th scope="col">slope</th>
          </tr></thead>
          <tbody>
            ${errors.lines.map(
              (line) => html`<tr class=${line.output === output ? "chosen" : ""}>
                <th scope="row">${line.name}</th><td class="number">${typeset(line.target)}</td>
                <td class="number">${typeset(line.answer)}</td><td class="number">${typeset(line.loss)}</td>
                <td class="number">${typeset(line.slope)}</td>
              </tr>`,
            )}
          </tbody>
          <tfoot><tr><th scope="row" colspan="3">total</th><td class="number">${typeset(errors.total)}</td><td></td></tr></tfoot>
        </table>`
      : html`<p class="small">Say what is right, beside the camera, and the error of this answer is shown here.</p>`}
  `;
}
