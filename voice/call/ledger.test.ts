import { describe, expect, it } from 'vitest';
import { createTurnLedger, type TurnCause } from './ledger.ts';

const asked = { text: '¿Hay pan?', endMs: 1_000, endOfTurnMs: 1_300 };

describe('the latency ledger', () => {
  it.each<[TurnCause, { token: number; byte: number; out: number; toolMs?: number }]>([
    ['endpointing', { token: 1_400, byte: 1_500, out: 1_510 }],
    ['model', { token: 2_000, byte: 2_100, out: 2_110 }],
    ['tool', { token: 2_000, byte: 2_100, out: 2_110, toolMs: 500 }],
    ['voice', { token: 1_400, byte: 2_400, out: 2_410 }],
    ['pacing', { token: 1_400, byte: 1_450, out: 3_000 }],
    // Begun before the end of the turn, the model cost nothing.
    ['endpointing', { token: 1_100, byte: 1_200, out: 1_300 }],
  ])('blames the %s for the longest part of the wait', (cause, { token, byte, out, toolMs }) => {
    const ledger = createTurnLedger();
    ledger.open(1, asked);
    if (toolMs) ledger.toolTook(1, toolMs);
    ledger.note(1, 'llmFirstTokenMs', token);
    ledger.note(1, 'ttsFirstByteMs', byte);
    ledger.note(1, 'audioOutMs', out);
    expect(ledger.close('Sí.', false)?.cause).toBe(cause);
  });

  it('keeps what was noted of an answer before it was one, and nothing of one that came to nothing', () => {
    const ledger = createTurnLedger();
    ledger.speculate(1, 1_100);
    ledger.note(1, 'llmFirstTokenMs', 1_150);
    ledger.speculate(2, 1_200);
    ledger.note(2, 'llmFirstTokenMs', 1_250);
    ledger.open(2, asked);
    ledger.note(2, 'audioOutMs', 1_320);
    expect(ledger.close('Sí.', false)).toMatchObject({
      speculativeStartMs: 1_200,
      llmFirstTokenMs: 1_250,
    });
  });

  it('gives a question nobody heard the answer of to what is said next', () => {
    const ledger = createTurnLedger();
    ledger.open(1, asked);
    ledger.failed('groq:rate_limit');
    expect(ledger.close('', true)).toBeNull();
    ledger.open(2, null);
    ledger.note(2, 'audioOutMs', 2_000);
    expect(ledger.close('¿Me lo repite?', false)).toMatchObject({
      position: 0,
      callerText: '¿Hay pan?',
      callerEndMs: 1_000,
      failure: 'groq:rate_limit',
    });
  });

  it('keeps what nobody answered: the words that went unheard before, and those after them', () => {
    const ledger = createTurnLedger();
    ledger.open(1, asked);
    expect(ledger.close('', true)).toBeNull();
    expect(ledger.unanswered('Bueno, gracias.')).toMatchObject({
      position: 0,
      callerText: '¿Hay pan? Bueno, gracias.',
      agentText: '',
      callerEndMs: 1_000,
      audioOutMs: null,
      cause: null,
    });
    expect(ledger.unanswered('')).toBeNull();
    expect(ledger.unanswered('Chao.')).toMatchObject({ position: 1, callerText: 'Chao.' });
  });

  it('counts no turn that was cut before its first word', () => {
    const ledger = createTurnLedger();
    ledger.open(1, asked);
    ledger.note(1, 'audioOutMs', 1_500);
    expect(ledger.close('', true)).toBeNull();
  });

  it('blames nobody for what answers nobody', () => {
    const ledger = createTurnLedger();
    ledger.open(1, null);
    ledger.note(1, 'audioOutMs', 10);
    expect(ledger.close('Aló.', false)?.cause).toBeNull();
  });
});
