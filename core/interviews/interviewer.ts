import { AppError, limits, type Clock, type Log } from '../kernel/index.ts';
import type { ObjectLlmProvider } from '../ports/index.ts';
import { extractionMessages, extractionSchema, type Extraction } from './extraction.ts';
import type { ExtractionContext } from './extraction.ts';
import { declines, nothingSaid } from './interview.rules.ts';
import { questionMessages, type QuestionContext } from './question.ts';
import { questionAbout } from './topics.ts';

export interface InterviewerDeps {
  readonly llm: ObjectLlmProvider;
  readonly clock: Clock;
  readonly log: Log;
}

/** What only a model can do in an interview: understand an answer, phrase a question. */
export function createInterviewer({ llm, clock, log }: InterviewerDeps) {
  /** A signal that aborts with `signal` or after `ms`; `done` stops the timer. */
  function within(signal: AbortSignal, ms: number) {
    const timeout = new AbortController();
    const done = clock.setTimer(ms, () => timeout.abort(new Error(`no answer within ${ms} ms`)));
    return { signal: AbortSignal.any([signal, timeout.signal]), done };
  }

  return {
    /** What an answer says. Throws `provider_error` if the model fails; it can be sent again. */
    async understand(context: ExtractionContext, signal: AbortSignal): Promise<Extraction> {
      if (declines(context.answer)) return { ...nothingSaid, skipped: true };
      const bound = within(signal, limits.interview.extractionTimeoutMs);
      try {
        return await llm.object(
          {
            name: 'interview_answer',
            schema: extractionSchema,
            messages: extractionMessages(context),
          },
          bound.signal,
        );
      } catch (error) {
        throw new AppError('provider_error', {
          cause: error,
          detail: {
            es: 'No pudimos procesar su respuesta. Nada se perdió: envíela otra vez.',
            en: 'We could not process your answer. Nothing is lost: send it again.',
          },
        });
      } finally {
        bound.done();
      }
    },

    /**
     * The next question, piece by piece. Never throws and never says nothing: where the model does,
     * the question is put in our own words.
     */
    async *ask(context: QuestionContext, signal: AbortSignal): AsyncGenerator<string> {
      const bound = within(signal, limits.interview.questionTimeoutMs);
      let said = '';
      try {
        const request = { messages: questionMessages(context), maxTokens: 300 };
        for await (const delta of llm.stream(request, bound.signal)) {
          if (delta.type !== 'text') continue;
          said += delta.text;
          yield delta.text;
        }
        if (said.trim() !== '') return;
      } catch (error) {
        log.warn({ err: error, topic: context.topic }, 'question phrased by rule');
      } finally {
        bound.done();
      }
      const question = questionAbout(context.topic, context.language, context);
      yield said.trim() === '' ? question : `… ${question}`;
    },
  };
}
