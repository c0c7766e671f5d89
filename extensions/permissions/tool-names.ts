export { isMcp, meantTool, toolName } from 'tenon/plugin-api/lib/tool-names';
