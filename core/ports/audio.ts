/** What travels on a line: G.711 as the carrier delivers it, or PCM. One byte string = raw samples, no container. */
export interface AudioFormat {
  readonly encoding: 'mulaw' | 'alaw' | 'linear16';
  readonly sampleRateHz: number;
}
