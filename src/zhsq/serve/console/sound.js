// Two short tones for a critical alert, made here: no file, and only when a person switched it on.
import { state } from "/console/state.js";

let context = null;

// Browsers let a page sound after a person touched it: the switch is that touch.
export function ready() {
  context ??= new AudioContext();
  context.resume();
}

export function ring() {
  if (!state.sound) return;
  ready();
  for (const [start, pitch] of [[0, 880], [0.22, 660], [0.5, 880], [0.72, 660]]) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const at = context.currentTime + start;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.2, at + 0.02);
    volume.gain.linearRampToValueAtTime(0, at + 0.18);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.2);
  }
}
