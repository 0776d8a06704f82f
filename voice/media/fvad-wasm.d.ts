/** The package has no types of its own. */
declare module '@echogarden/fvad-wasm' {
  interface Fvad {
    readonly HEAP16: Int16Array;
    _malloc(bytes: number): number;
    _fvad_new(): number;
    _fvad_free(detector: number): void;
    _fvad_set_sample_rate(detector: number, sampleRateHz: number): number;
    _fvad_set_mode(detector: number, mode: number): number;
    /** 1: voice, 0: none, -1: no length it takes. */
    _fvad_process(detector: number, samples: number, length: number): number;
  }
  export default function load(): Promise<Fvad>;
}
