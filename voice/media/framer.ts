/** Cuts audio of any packet size into frames of one size. Whole frames pass as they are. */
export function createFramer(
  frameBytes: number,
  onFrame: (frame: Uint8Array) => void,
): (audio: Uint8Array) => void {
  let rest = new Uint8Array(frameBytes);
  let filled = 0;
  return (audio) => {
    if (filled === 0 && audio.length === frameBytes) return onFrame(audio);
    for (let at = 0; at < audio.length;) {
      if (filled === 0 && audio.length - at >= frameBytes) {
        onFrame(audio.subarray(at, at + frameBytes));
        at += frameBytes;
        continue;
      }
      const piece = audio.subarray(at, at + frameBytes - filled);
      rest.set(piece, filled);
      filled += piece.length;
      at += piece.length;
      if (filled < frameBytes) return;
      const frame = rest;
      rest = new Uint8Array(frameBytes);
      filled = 0;
      onFrame(frame);
    }
  };
}
