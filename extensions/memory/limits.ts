/** Characters of one file that the model gets; the rest is left out, and the file says so. */
export const FILE_CHARACTERS = 40_000;
/** Characters of all files of a session. */
export const SESSION_CHARACTERS = 200_000;
/** Files of a session, imports included. */
export const SESSION_FILES = 200;
/** How many imports may stand between a file and one it imports. */
export const IMPORT_DEPTH = 4;
/** Mentions of one file that are looked at. */
export const FILE_IMPORTS = 100;
/** How deep folders of rules are searched, and how many of their entries are looked at. */
export const RULE_DEPTH = 8;
export const RULE_ENTRIES = 1_000;
