// What the camera can look at besides what is painted: a real camera, or a picture of the computer.
import { html, useEffect, useRef } from "../html.js";
import { useStore } from "../store.js";
import { FileButton } from "./doors.js";

const SIDE = 128; // the frame that is averaged has about so many pixels a side

export function Sources({ desk, shape }) {
  const { store, actions } = desk;
  const on = useStore(store, (state) => state.webcam);
  const snapshot = useStore(store, (state) => state.snapshot);
  if (snapshot) return null;
  return html`
    <div class="sources">
      <button aria-pressed=${on} aria-label=${on ? "Stop webcam" : "Webcam"} onClick=${() => actions.webcam(!on)}>${on ? "Stop" : "Webcam"}</button>
      <${FileButton} label="Picture …" accept="image/*" onFile=${actions.give} />
    </div>
    ${on && html`<${Webcam} key=${shape.join()} desk=${desk} shape=${shape} />`}
    <p class="small below">Or drop a picture here, or paste one.</p>
  `;
}

function Webcam({ desk, shape }) {
  const video = useRef(null);
  useEffect(() => {
    let stream = null;
    let ended = false;
    begin();
    return () => {
      ended = true;
      stream?.getTracks().forEach((track) => track.stop());
    };

    async function begin() {
      try {
        if (!navigator.mediaDevices) throw new DOMException("", "NotSupportedError");
        stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: false });
        if (ended) return stream.getTracks().forEach((track) => track.stop());
        stream.getVideoTracks()[0].addEventListener("ended", () => desk.actions.webcam(false));
        video.current.srcObject = stream;
        await video.current.play();
        look(desk, video.current, shape, () => ended);
      } catch (error) {
        if (ended) return undefined;
        desk.actions.webcam(false);
        desk.actions.warn(WRONG[error.name] ?? `The camera does not start: ${error.message || error.name}.`);
      }
      return undefined;
    }
  }, []);
  return html`<video ref=${video} class="webcam" muted playsinline aria-label="What the webcam sees" style=${{ aspectRatio: `${shape[1]} / ${shape[0]}` }} />`;
}

const WRONG = {
  NotFoundError: "There is no camera. Connect one, or use a picture.",
  NotAllowedError: "The camera was refused. Allow it for this page in the browser's settings, then press Webcam again.",
  NotReadableError: "The camera is there but does not answer: perhaps another program uses it.",
  NotSupportedError: "This browser gives this page no camera.",
};

// The middle of each frame, in the camera's proportions, on a canvas much finer than the camera: drawn straight
// onto a few pixels it would bleed from one into the next. The mean over each pixel's area is the session's.
function look({ store, actions }, video, shape, ended) {
  const fine = Math.max(1, Math.floor(SIDE / Math.max(...shape)));
  const [rows, columns] = shape.map((side) => side * fine);
  const canvas = document.createElement("canvas");
  [canvas.height, canvas.width] = [rows, columns];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  let answered = null;

  // One picture at a time: the next is taken when the one before has been answered.
  function next() {
    if (ended()) return;
    const { frame, connection } = store.get();
    if (connection === "live" && frame !== answered && video.videoWidth > 0) {
      answered = frame;
      const scale = Math.min(video.videoWidth / columns, video.videoHeight / rows);
      const [width, height] = [columns * scale, rows * scale];
      context.drawImage(video, (video.videoWidth - width) / 2, (video.videoHeight - height) / 2, width, height, 0, 0, columns, rows);
      actions.webcamSees(rows, columns, withoutOpacity(context.getImageData(0, 0, columns, rows).data));
    }
    requestAnimationFrame(next);
  }
  next();
}

function withoutOpacity(pixels) {
  const colours = new Uint8Array((pixels.length / 4) * 3);
  for (let from = 0, to = 0; from < pixels.length; from += 4, to += 3) {
    colours[to] = pixels[from];
    colours[to + 1] = pixels[from + 1];
    colours[to + 2] = pixels[from + 2];
  }
  return colours;
}
