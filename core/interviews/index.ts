export * from './interview.schema.ts';
export {
  createInterviewsService,
  type InterviewsDeps,
  type InterviewsService,
} from './interviews.service.ts';
export { questionAbout, topics, type Topic } from './topics.ts';
