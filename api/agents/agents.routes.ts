import { z } from 'zod';
import {
  agentSchema,
  agentSummarySchema,
  agentVersionSchema,
  agentVersionSummarySchema,
  createAgentSchema,
  updateAgentSchema,
  type AgentsService,
} from '@alo/core/agents';
import { idSchema, pageQuerySchema, pageSchema } from '@alo/core/kernel';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';

const params = z.object({ agent_id: idSchema('agt') });
const versionParams = params.extend({
  version: z.coerce.number().int().min(1).max(2_147_483_647),
});
const tags = ['agents'];

/** `/agents`: configurations, the prompts made from them, and their history. */
export function agentRoutes({ agents }: { agents: AgentsService }): Routes {
  return async (app) => {
    app.get(
      '/agents',
      {
        config: { access: 'member', permission: 'agents:read' },
        schema: {
          operationId: 'listAgents',
          tags,
          summary: 'List agents, newest first',
          querystring: pageQuerySchema,
          response: { 200: pageSchema(agentSummarySchema) },
        },
      },
      async (request) => agents.list(memberOf(request), request.query),
    );

    app.post(
      '/agents',
      {
        config: { access: 'member', permission: 'agents:write' },
        schema: {
          operationId: 'createAgent',
          tags,
          summary: 'Create an agent from a configuration, without an interview',
          body: createAgentSchema,
          response: { 201: agentSchema },
        },
      },
      async (request, reply) => {
        const member = memberOf(request);
        return reply.code(201).send(await agents.create(member, request.body));
      },
    );

    app.get(
      '/agents/:agent_id',
      {
        config: { access: 'member', permission: 'agents:read' },
        schema: {
          operationId: 'getAgent',
          tags,
          summary: 'Get an agent in its current version',
          params,
          response: { 200: agentSchema },
        },
      },
      async (request) => agents.get(memberOf(request), request.params.agent_id),
    );

    app.patch(
      '/agents/:agent_id',
      {
        config: { access: 'member', permission: 'agents:write' },
        schema: {
          operationId: 'updateAgent',
          tags,
          summary: 'Change the configuration: a new version',
          description: 'Nothing is overwritten. If nothing differs, the version stays.',
          params,
          body: updateAgentSchema,
          response: { 200: agentSchema },
        },
      },
      async (request) => {
        const member = memberOf(request);
        return agents.update(member, request.params.agent_id, request.body.config);
      },
    );

    app.get(
      '/agents/:agent_id/versions',
      {
        config: { access: 'member', permission: 'agents:read' },
        schema: {
          operationId: 'listAgentVersions',
          tags,
          summary: 'List the versions of an agent, newest first',
          params,
          querystring: pageQuerySchema,
          response: { 200: pageSchema(agentVersionSummarySchema) },
        },
      },
      async (request) =>
        agents.listVersions(memberOf(request), request.params.agent_id, request.query),
    );

    app.get(
      '/agents/:agent_id/versions/:version',
      {
        config: { access: 'member', permission: 'agents:read' },
        schema: {
          operationId: 'getAgentVersion',
          tags,
          summary: 'Get one version of an agent',
          params: versionParams,
          response: { 200: agentVersionSchema },
        },
      },
      async (request) =>
        agents.getVersion(memberOf(request), request.params.agent_id, request.params.version),
    );
  };
}
