export { childEnv, isOn } from 'tenon/plugin-api/lib/child-env';
