import { z } from 'zod';
import { agentConfigPatchSchema } from '@alo/core/agents';
import {
  answerSchema,
  interviewMessageSchema,
  interviewReplySchema,
  interviewSchema,
  interviewSummarySchema,
  startInterviewSchema,
  type InterviewsService,
} from '@alo/core/interviews';
import { idSchema, pageQuerySchema, pageSchema } from '@alo/core/kernel';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';
import { sendEvents, wantsEvents } from '../http/sse.ts';

const params = z.object({ interview_id: idSchema('int') });
const tags = ['interviews'];

/** `/interviews`: the conversation an agent comes of. */
export function interviewRoutes({ interviews }: { interviews: InterviewsService }): Routes {
  return async (app) => {
    app.post(
      '/interviews',
      {
        config: { access: 'member', permission: 'interviews:write' },
        schema: {
          operationId: 'startInterview',
          tags,
          summary: 'Start an interview: answers with its first question',
          body: startInterviewSchema.nullish(),
          response: { 201: interviewSchema },
        },
      },
      async (request, reply) => {
        const member = memberOf(request);
        const language = request.body?.language ?? request.language;
        return reply.code(201).send(await interviews.start(member, { language }));
      },
    );

    app.get(
      '/interviews',
      {
        config: { access: 'member', permission: 'interviews:read' },
        schema: {
          operationId: 'listInterviews',
          tags,
          summary: 'List interviews, newest first',
          querystring: pageQuerySchema,
          response: { 200: pageSchema(interviewSummarySchema) },
        },
      },
      async (request) => interviews.list(memberOf(request), request.query),
    );

    app.get(
      '/interviews/:interview_id',
      {
        config: { access: 'member', permission: 'interviews:read' },
        schema: {
          operationId: 'getInterview',
          tags,
          summary: 'Get an interview, what it knows and the question that stands',
          params,
          response: { 200: interviewSchema },
        },
      },
      async (request) => interviews.get(memberOf(request), request.params.interview_id),
    );

    app.get(
      '/interviews/:interview_id/messages',
      {
        config: { access: 'member', permission: 'interviews:read' },
        schema: {
          operationId: 'listInterviewMessages',
          tags,
          summary: 'List the messages of an interview, oldest first',
          params,
          querystring: pageQuerySchema,
          response: { 200: pageSchema(interviewMessageSchema) },
        },
      },
      async (request) =>
        interviews.listMessages(memberOf(request), request.params.interview_id, request.query),
    );

    app.post(
      '/interviews/:interview_id/messages',
      {
        config: { access: 'member', permission: 'interviews:write' },
        schema: {
          operationId: 'answerInterview',
          tags,
          summary: 'Answer the question that stands',
          description:
            'With `Accept: text/event-stream` the reply comes as events: `configuration.updated` ' +
            '`{ patch, config }` if the answer changed something, `message.delta` `{ text }`…, ' +
            '`message.completed` `{ message }`, and at the end of the interview ' +
            '`interview.completed` `{ agent }`; or `error` with a problem’s `code`, `title` and ' +
            '`detail`. Otherwise the state after the reply. If the model fails, nothing is stored: ' +
            'send the answer again. While another answer is being replied to: 409.',
          params,
          body: answerSchema,
          response: { 200: interviewReplySchema },
        },
      },
      async (request, reply) => {
        const member = memberOf(request);
        const { interview_id: id } = request.params;
        const { content } = request.body;
        if (!wantsEvents(request)) {
          return interviews.answerAndWait(member, id, content, request.signal);
        }
        // What can be refused is refused with a status, before the stream begins.
        await interviews.requireAnswerable(member, id);
        return sendEvents(request, reply, (signal) =>
          interviews.answer(member, id, content, signal),
        );
      },
    );

    app.patch(
      '/interviews/:interview_id/configuration',
      {
        config: { access: 'member', permission: 'interviews:write' },
        schema: {
          operationId: 'correctInterview',
          tags,
          summary: 'Correct what the interview knows',
          description: 'Also once the interview is over: then the agent gets a new version.',
          params,
          body: agentConfigPatchSchema,
          response: { 200: interviewSchema },
        },
      },
      async (request) => {
        const member = memberOf(request);
        return interviews.patchConfig(member, request.params.interview_id, request.body);
      },
    );
  };
}
