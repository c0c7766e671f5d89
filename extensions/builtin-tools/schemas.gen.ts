// Made by scripts/generate-schemas.mjs from schemas/*.schema.ts; do not edit.
import type { JsonSchema } from 'tenon/plugin-api';

/** The input of each tool as the model sees it. */
export const schemas = {
  Read: {
    "type": "object",
    "properties": {
      "file_path": {
        "type": "string",
        "minLength": 1,
        "description": "Path of the file; absolute is best"
      },
      "offset": {
        "description": "Line to start at, counted from 1",
        "type": "integer",
        "minimum": 0
      },
      "limit": {
        "description": "Number of lines",
        "type": "integer",
        "minimum": 1
      },
      "pages": {
        "description": "Pages of a PDF file: \"3\", \"1-5\"; at most 20",
        "type": "string"
      }
    },
    "required": [
      "file_path"
    ],
    "additionalProperties": false
  },
  Write: {
    "type": "object",
    "properties": {
      "file_path": {
        "type": "string",
        "minLength": 1,
        "description": "Path of the file; absolute is best"
      },
      "content": {
        "type": "string",
        "description": "The whole new content"
      }
    },
    "required": [
      "file_path",
      "content"
    ],
    "additionalProperties": false
  },
  Edit: {
    "type": "object",
    "properties": {
      "file_path": {
        "type": "string",
        "minLength": 1,
        "description": "Path of the file; absolute is best"
      },
      "old_string": {
        "type": "string",
        "description": "Text to replace, exactly as in the file"
      },
      "new_string": {
        "type": "string",
        "description": "Text to put in its place"
      },
      "replace_all": {
        "description": "Replace every occurrence; default false",
        "type": "boolean"
      }
    },
    "required": [
      "file_path",
      "old_string",
      "new_string"
    ],
    "additionalProperties": false
  },
  NotebookEdit: {
    "type": "object",
    "properties": {
      "notebook_path": {
        "type": "string",
        "minLength": 1,
        "description": "Path of the .ipynb file; absolute is best"
      },
      "cell_id": {
        "description": "The cell; for insert the one before (default: at the start)",
        "type": "string",
        "minLength": 1
      },
      "new_source": {
        "type": "string",
        "description": "New text of the cell; unused by delete"
      },
      "cell_type": {
        "description": "Needed by insert",
        "type": "string",
        "enum": [
          "code",
          "markdown"
        ]
      },
      "edit_mode": {
        "description": "Default replace",
        "type": "string",
        "enum": [
          "replace",
          "insert",
          "delete"
        ]
      }
    },
    "required": [
      "notebook_path",
      "new_source"
    ],
    "additionalProperties": false
  },
  Bash: {
    "type": "object",
    "properties": {
      "command": {
        "type": "string",
        "minLength": 1,
        "description": "The command line for bash"
      },
      "timeout": {
        "description": "Milliseconds; default 120000, at most 600000",
        "type": "integer",
        "minimum": 1
      },
      "description": {
        "description": "What it does, in 5 to 10 words",
        "type": "string"
      },
      "run_in_background": {
        "description": "Do not wait for it",
        "type": "boolean"
      }
    },
    "required": [
      "command"
    ],
    "additionalProperties": false
  },
  TaskOutput: {
    "type": "object",
    "properties": {
      "task_id": {
        "type": "string",
        "minLength": 1
      },
      "block": {
        "description": "Wait for its end; default true",
        "type": "boolean"
      },
      "timeout": {
        "description": "Milliseconds to wait; default 30000, at most 600000",
        "type": "integer",
        "minimum": 0
      }
    },
    "required": [
      "task_id"
    ],
    "additionalProperties": false
  },
  TaskStop: {
    "type": "object",
    "properties": {
      "task_id": {
        "type": "string",
        "minLength": 1
      }
    },
    "additionalProperties": false
  },
  Monitor: {
    "type": "object",
    "properties": {
      "description": {
        "type": "string",
        "minLength": 1,
        "description": "What is watched, in 5 to 10 words"
      },
      "command": {
        "description": "Prints one line for each event",
        "type": "string",
        "minLength": 1
      },
      "ws": {
        "description": "Or a WebSocket, each of whose text messages is an event",
        "type": "object",
        "properties": {
          "url": {
            "type": "string",
            "minLength": 1
          }
        },
        "required": [
          "url"
        ],
        "additionalProperties": false
      },
      "timeout_ms": {
        "description": "When to end it; default 300000, at most 3600000",
        "type": "integer",
        "minimum": 1000
      }
    },
    "required": [
      "description"
    ],
    "additionalProperties": false
  },
  Glob: {
    "type": "object",
    "properties": {
      "pattern": {
        "type": "string",
        "minLength": 1,
        "description": "For example `src/**/*.ts`; without a slash it fits names in every folder"
      },
      "path": {
        "description": "Folder to search; default: the working directory",
        "type": "string",
        "minLength": 1
      }
    },
    "required": [
      "pattern"
    ],
    "additionalProperties": false
  },
  Grep: {
    "type": "object",
    "properties": {
      "pattern": {
        "type": "string",
        "minLength": 1,
        "description": "Regular expression (ripgrep syntax)"
      },
      "path": {
        "description": "File or folder to search; default: the working directory",
        "type": "string",
        "minLength": 1
      },
      "glob": {
        "description": "Only files that fit, for example `*.{ts,tsx}`",
        "type": "string",
        "minLength": 1
      },
      "type": {
        "description": "Only files of a type that ripgrep knows: js, py, rust, go, ...",
        "type": "string",
        "minLength": 1
      },
      "output_mode": {
        "description": "Matching lines, file paths (default), or matches per file",
        "type": "string",
        "enum": [
          "content",
          "files_with_matches",
          "count"
        ]
      },
      "-A": {
        "description": "Lines to show after each match (content)",
        "type": "integer",
        "minimum": 0
      },
      "-B": {
        "description": "Lines to show before each match (content)",
        "type": "integer",
        "minimum": 0
      },
      "-C": {
        "description": "Lines to show around each match (content)",
        "type": "integer",
        "minimum": 0
      },
      "context": {
        "description": "Same as -C",
        "type": "integer",
        "minimum": 0
      },
      "-n": {
        "description": "Line numbers (content); default true",
        "type": "boolean"
      },
      "-i": {
        "description": "Ignore case",
        "type": "boolean"
      },
      "-o": {
        "description": "Only the matching part of a line (content)",
        "type": "boolean"
      },
      "head_limit": {
        "description": "At most this many lines or entries; default 250, 0 for all",
        "type": "integer",
        "minimum": 0
      },
      "offset": {
        "description": "Skip this many lines or entries first",
        "type": "integer",
        "minimum": 0
      },
      "multiline": {
        "description": "Let a match span lines; `.` fits line ends too",
        "type": "boolean"
      }
    },
    "required": [
      "pattern"
    ],
    "additionalProperties": false
  },
  TodoWrite: {
    "type": "object",
    "properties": {
      "todos": {
        "type": "array",
        "items": {
          "type": "object",
          "properties": {
            "content": {
              "type": "string",
              "minLength": 1,
              "description": "What to do"
            },
            "status": {
              "type": "string",
              "enum": [
                "pending",
                "in_progress",
                "completed"
              ]
            },
            "activeForm": {
              "type": "string",
              "minLength": 1,
              "description": "What is being done: \"Running tests\""
            }
          },
          "required": [
            "content",
            "status",
            "activeForm"
          ],
          "additionalProperties": false
        },
        "description": "The whole list"
      }
    },
    "required": [
      "todos"
    ],
    "additionalProperties": false
  },
  TaskCreate: {
    "type": "object",
    "properties": {
      "subject": {
        "type": "string",
        "minLength": 1,
        "description": "What to do, short"
      },
      "description": {
        "type": "string",
        "description": "What is needed to do it"
      },
      "activeForm": {
        "description": "What is being done: \"Running tests\"",
        "type": "string"
      }
    },
    "required": [
      "subject",
      "description"
    ],
    "additionalProperties": false
  },
  TaskUpdate: {
    "type": "object",
    "properties": {
      "taskId": {
        "type": "string",
        "minLength": 1
      },
      "status": {
        "type": "string",
        "enum": [
          "pending",
          "in_progress",
          "completed",
          "deleted"
        ]
      },
      "subject": {
        "type": "string",
        "minLength": 1
      },
      "description": {
        "type": "string"
      },
      "activeForm": {
        "type": "string"
      },
      "owner": {
        "type": "string"
      },
      "addBlocks": {
        "description": "Tasks that wait for this one",
        "type": "array",
        "items": {
          "type": "string",
          "minLength": 1
        }
      },
      "addBlockedBy": {
        "description": "Tasks that this one waits for",
        "type": "array",
        "items": {
          "type": "string",
          "minLength": 1
        }
      }
    },
    "required": [
      "taskId"
    ],
    "additionalProperties": false
  },
  TaskGet: {
    "type": "object",
    "properties": {
      "taskId": {
        "type": "string",
        "minLength": 1
      }
    },
    "required": [
      "taskId"
    ],
    "additionalProperties": false
  },
  TaskList: {
    "type": "object",
    "properties": {},
    "additionalProperties": false
  },
} as const satisfies Record<string, JsonSchema>;
