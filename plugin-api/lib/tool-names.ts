/** Names that tools had before, in lower case. The one place where they are known. */
const FORMER = new Map<string, string>(
  Object.entries({
    editfile: 'Edit',
    fileedittool: 'Edit',
    edittool: 'Edit',
    multiedit: 'Edit',
    multiedittool: 'Edit',
    filewritetool: 'Write',
    writefile: 'Write',
    writetool: 'Write',
    filereadtool: 'Read',
    readfile: 'Read',
    readtool: 'Read',
    notebookread: 'Read',
    notebookedittool: 'NotebookEdit',
    notebookeditcell: 'NotebookEdit',
    bashtool: 'Bash',
    greptool: 'Grep',
    searchtool: 'Grep',
    globtool: 'Glob',
    agenttool: 'Agent',
    task: 'Agent',
    tasktool: 'Agent',
    webfetchtool: 'WebFetch',
    websearchtool: 'WebSearch',
    killshell: 'TaskStop',
    killbash: 'TaskStop',
    bashoutput: 'TaskOutput',
    bashoutputtool: 'TaskOutput',
    agentoutputtool: 'TaskOutput',
    todowritetool: 'TodoWrite',
    skilltool: 'Skill',
    slashcommand: 'Skill',
    powershelltool: 'PowerShell',
    readmcpresource: 'ReadMcpResourceTool',
    listmcpresources: 'ListMcpResourcesTool',
    readmcpresourcedir: 'ReadMcpResourceDirTool',
    exitplanmodetool: 'ExitPlanMode',
    lstool: 'LS',
  }),
);

const CURRENT = new Map(
  (
    'Bash Read Edit Write NotebookEdit Glob Grep WebFetch WebSearch Agent TodoWrite TaskCreate TaskUpdate TaskGet ' +
    'TaskList TaskStop TaskOutput AskUserQuestion EnterPlanMode ExitPlanMode Skill ToolSearch ListMcpResourcesTool ' +
    'ReadMcpResourceTool ReadMcpResourceDirTool Monitor LSP PowerShell LS Cd'
  )
    .split(' ')
    .map((name) => [name.toLowerCase(), name]),
);

/** The name a tool has today; a name that is not known is given back as it is. */
export function toolName(name: string): string {
  return FORMER.get(name.toLowerCase()) ?? name;
}

/** The known tool that a name with other capitals means, or `undefined`. */
export function meantTool(name: string): string | undefined {
  const lower = name.trim().toLowerCase();
  return FORMER.get(lower) ?? CURRENT.get(lower);
}

/** True for a tool of an MCP server, whose claims about itself are not believed. */
export function isMcp(tool: string): boolean {
  return tool.startsWith('mcp__');
}
