export { ConfigError } from './config.ts';
export {
  platformParts,
  startPlatform,
  type Platform,
  type PlatformOptions,
  type PlatformPart,
} from './platform.ts';
