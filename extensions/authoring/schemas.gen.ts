// Made by scripts/generate-plugin-schemas.mjs from the types of plugin-api; do not edit.
import type { JsonSchema } from 'tenon/plugin-api';

/** What `tenon.json` may hold. */
export const manifestSchema: JsonSchema = {
 "$schema": "https://json-schema.org/draft/2020-12/schema",
 "title": "Manifest of a Tenon extension (tenon.json)",
 "type": "object",
 "properties": {
  "$schema": {
   "type": "string"
  },
  "id": {
   "type": "string",
   "pattern": "^[@a-zA-Z0-9][\\w@/.:-]*$"
  },
  "version": {
   "type": "string",
   "minLength": 1
  },
  "api": {
   "const": 1
  },
  "description": {
   "type": "string"
  },
  "taps": {
   "type": "array",
   "items": {
    "anyOf": [
     {
      "enum": [
       "AppStart",
       "AppExit",
       "ExtensionDiscovery",
       "ProjectTrust",
       "PointChanged",
       "ConfigLoad",
       "ConfigChange",
       "Diagnostic",
       "SessionStart",
       "SessionEnd",
       "SessionEvent",
       "UserPromptSubmit",
       "UserPromptExpansion",
       "QueryStart",
       "TurnStart",
       "ModelRequest",
       "ModelResponse",
       "ModelError",
       "PreModelSwitch",
       "PostModelSwitch",
       "Stop",
       "StopFailure",
       "QueryEnd",
       "PreCommand",
       "PostCommand",
       "PreToolUse",
       "PermissionRequest",
       "PermissionDenied",
       "PostToolUse",
       "PostToolUseFailure",
       "PostToolBatch",
       "PreCompact",
       "PostCompact",
       "SubagentStart",
       "SubagentStop",
       "TaskCreated",
       "TaskCompleted",
       "TeammateIdle",
       "Elicitation",
       "ElicitationResult",
       "InstructionsLoaded",
       "CwdChanged",
       "FileChanged",
       "DirectoryAdded",
       "WorktreeCreate",
       "WorktreeRemove",
       "MessageDisplay",
       "Setup",
       "Notification"
      ]
     },
     {
      "type": "string",
      "pattern": "^[A-Za-z]\\w*$"
     }
    ]
   }
  },
  "fires": {
   "type": "array",
   "items": {
    "anyOf": [
     {
      "enum": [
       "AppStart",
       "AppExit",
       "ExtensionDiscovery",
       "ProjectTrust",
       "PointChanged",
       "ConfigLoad",
       "ConfigChange",
       "Diagnostic",
       "SessionStart",
       "SessionEnd",
       "SessionEvent",
       "UserPromptSubmit",
       "UserPromptExpansion",
       "QueryStart",
       "TurnStart",
       "ModelRequest",
       "ModelResponse",
       "ModelError",
       "PreModelSwitch",
       "PostModelSwitch",
       "Stop",
       "StopFailure",
       "QueryEnd",
       "PreCommand",
       "PostCommand",
       "PreToolUse",
       "PermissionRequest",
       "PermissionDenied",
       "PostToolUse",
       "PostToolUseFailure",
       "PostToolBatch",
       "PreCompact",
       "PostCompact",
       "SubagentStart",
       "SubagentStop",
       "TaskCreated",
       "TaskCompleted",
       "TeammateIdle",
       "Elicitation",
       "ElicitationResult",
       "InstructionsLoaded",
       "CwdChanged",
       "FileChanged",
       "DirectoryAdded",
       "WorktreeCreate",
       "WorktreeRemove",
       "MessageDisplay",
       "Setup",
       "Notification"
      ]
     },
     {
      "type": "string",
      "pattern": "^[A-Za-z]\\w*$"
     }
    ]
   }
  },
  "provides": {
   "type": "array",
   "items": {
    "type": "string",
    "pattern": "^.+@\\d+$",
    "examples": [
     "permissions@1"
    ]
   }
  },
  "requires": {
   "type": "array",
   "items": {
    "type": "string",
    "pattern": "^.+@\\d+$",
    "examples": [
     "permissions@1"
    ]
   }
  },
  "optional": {
   "type": "array",
   "items": {
    "type": "string",
    "pattern": "^.+@\\d+$",
    "examples": [
     "permissions@1"
    ]
   }
  },
  "after": {
   "type": "array",
   "items": {
    "type": "string"
   }
  },
  "activate": {
   "type": "array",
   "items": {
    "$ref": "#/$defs/Trigger"
   }
  },
  "dormantWithout": {
   "type": "array",
   "items": {
    "type": "string"
   }
  },
  "contributes": {
   "type": "object",
   "additionalProperties": {
    "type": "array",
    "items": {
     "$ref": "#/$defs/Declared"
    }
   }
  },
  "replaces": {
   "type": "array",
   "items": {
    "type": "string",
    "pattern": "^[^:]+:.+$"
   }
  },
  "required": {
   "type": "boolean"
  },
  "config": {
   "type": "object"
  },
  "capabilities": {
   "type": "array",
   "items": {
    "enum": [
     "network",
     "process",
     "fs-write",
     "secrets"
    ]
   }
  },
  "hooks": {
   "type": "object",
   "additionalProperties": {
    "anyOf": [
     {
      "$ref": "#/$defs/HookKind"
     },
     {
      "$ref": "#/$defs/HookDeclaration"
     }
    ]
   }
  },
  "main": {
   "type": "string",
   "examples": [
    "src/index.ts"
   ]
  }
 },
 "required": [
  "id",
  "api"
 ],
 "additionalProperties": false,
 "$defs": {
  "HookKind": {
   "enum": [
    "observe",
    "stream",
    "transform",
    "gate",
    "decide",
    "sequence"
   ]
  },
  "Declared": {
   "anyOf": [
    {
     "type": "string"
    },
    {
     "$ref": "#/$defs/DeclaredItem"
    }
   ]
  },
  "DeclaredItem": {
   "type": "object",
   "properties": {
    "name": {
     "type": "string"
    },
    "description": {
     "type": "string"
    }
   },
   "required": [
    "name"
   ]
  },
  "Trigger": {
   "enum": [
    "startup",
    "idle"
   ]
  }
 }
};

/** What hooks are fired with, by hook: `properties.<hook>.properties.value`. */
export const hooksSchema: JsonSchema = {
 "$schema": "https://json-schema.org/draft/2020-12/schema",
 "title": "Hooks of Tenon: what each is fired with (value), and what a tap may return (patch)",
 "type": "object",
 "properties": {
  "AppStart": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "sequence"
    },
    "value": {
     "$ref": "#/$defs/AppStart"
    }
   }
  },
  "AppExit": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "sequence"
    },
    "value": {
     "$ref": "#/$defs/AppExit"
    }
   }
  },
  "ExtensionDiscovery": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "transform"
    },
    "value": {
     "$ref": "#/$defs/ExtensionDiscovery"
    },
    "patch": {
     "type": "object",
     "properties": {
      "entries": {
       "type": "array",
       "items": {
        "$ref": "#/$defs/Entry"
       }
      }
     }
    }
   }
  },
  "ProjectTrust": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "decide"
    },
    "value": {
     "$ref": "#/$defs/ProjectTrust"
    },
    "patch": {
     "type": "object",
     "properties": {
      "trusted": {
       "type": "boolean"
      },
      "remember": {
       "type": "boolean"
      }
     },
     "required": [
      "trusted"
     ]
    }
   }
  },
  "PointChanged": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/PointChanged"
    }
   }
  },
  "ConfigLoad": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "transform"
    },
    "value": {
     "$ref": "#/$defs/ConfigChange"
    },
    "patch": {
     "type": "object",
     "properties": {
      "layers": {
       "type": "array",
       "items": {
        "$ref": "#/$defs/ConfigLayer"
       }
      }
     }
    }
   }
  },
  "ConfigChange": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/ConfigChange"
    }
   }
  },
  "Diagnostic": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "stream"
    },
    "value": {
     "$ref": "#/$defs/Diagnostic"
    }
   }
  },
  "PreCommand": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "gate"
    },
    "value": {
     "$ref": "#/$defs/PreCommand"
    },
    "patch": {
     "type": "object",
     "properties": {
      "verdict": {
       "const": "deny"
      },
      "reason": {
       "type": "string"
      },
      "context": {
       "$ref": "#/$defs/ContextPatch"
      },
      "args": {
       "type": "string"
      }
     },
     "required": []
    }
   }
  },
  "PostCommand": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/PostCommand"
    }
   }
  },
  "PreCompact": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "decide"
    },
    "value": {
     "$ref": "#/$defs/PreCompact"
    },
    "patch": {
     "anyOf": [
      {
       "type": "object",
       "properties": {
        "summary": {
         "type": "string"
        }
       },
       "required": [
        "summary"
       ]
      },
      {
       "type": "object",
       "properties": {
        "cancel": {
         "type": "string"
        }
       },
       "required": [
        "cancel"
       ]
      }
     ]
    }
   }
  },
  "PostCompact": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/PostCompact"
    }
   }
  },
  "SubagentStart": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "transform"
    },
    "value": {
     "$ref": "#/$defs/SubagentStart"
    },
    "patch": {
     "type": "object",
     "properties": {
      "prompt": {
       "type": "string"
      },
      "context": {
       "$ref": "#/$defs/ContextPatch"
      }
     }
    }
   }
  },
  "SubagentStop": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "gate"
    },
    "value": {
     "$ref": "#/$defs/SubagentStop"
    },
    "patch": {
     "type": "object",
     "properties": {
      "verdict": {
       "const": "go-on"
      },
      "reason": {
       "type": "string"
      },
      "context": {
       "$ref": "#/$defs/ContextPatch"
      }
     }
    }
   }
  },
  "TaskCreated": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "gate"
    },
    "value": {
     "$ref": "#/$defs/TaskGate"
    },
    "patch": {
     "type": "object",
     "properties": {
      "verdict": {
       "const": "deny"
      },
      "reason": {
       "type": "string"
      }
     }
    }
   }
  },
  "TaskCompleted": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "gate"
    },
    "value": {
     "$ref": "#/$defs/TaskGate"
    },
    "patch": {
     "type": "object",
     "properties": {
      "verdict": {
       "const": "deny"
      },
      "reason": {
       "type": "string"
      }
     }
    }
   }
  },
  "TeammateIdle": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "gate"
    },
    "value": {
     "$ref": "#/$defs/TaskGate"
    },
    "patch": {
     "type": "object",
     "properties": {
      "verdict": {
       "const": "deny"
      },
      "reason": {
       "type": "string"
      }
     }
    }
   }
  },
  "Elicitation": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "decide"
    },
    "value": {
     "$ref": "#/$defs/ElicitationValue"
    },
    "patch": {
     "$ref": "#/$defs/ElicitationAnswer"
    }
   }
  },
  "ElicitationResult": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "decide"
    },
    "value": {
     "$ref": "#/$defs/ElicitationValue"
    },
    "patch": {
     "$ref": "#/$defs/ElicitationAnswer"
    }
   }
  },
  "UserPromptSubmit": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "gate"
    },
    "value": {
     "$ref": "#/$defs/UserPromptSubmit"
    },
    "patch": {
     "type": "object",
     "properties": {
      "verdict": {
       "const": "deny"
      },
      "reason": {
       "type": "string"
      },
      "context": {
       "$ref": "#/$defs/ContextPatch"
      },
      "text": {
       "type": "string"
      }
     },
     "required": []
    }
   }
  },
  "UserPromptExpansion": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "gate"
    },
    "value": {
     "$ref": "#/$defs/UserPromptExpansion"
    },
    "patch": {
     "type": "object",
     "properties": {
      "verdict": {
       "const": "deny"
      },
      "reason": {
       "type": "string"
      },
      "context": {
       "$ref": "#/$defs/ContextPatch"
      },
      "text": {
       "type": "string"
      }
     },
     "required": []
    }
   }
  },
  "QueryStart": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "gate"
    },
    "value": {
     "$ref": "#/$defs/QueryStart"
    },
    "patch": {
     "type": "object",
     "properties": {
      "verdict": {
       "const": "deny"
      },
      "reason": {
       "type": "string"
      },
      "context": {
       "$ref": "#/$defs/ContextPatch"
      },
      "prompt": {
       "type": "string"
      },
      "model": {
       "type": "string"
      }
     },
     "required": []
    }
   }
  },
  "TurnStart": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "transform"
    },
    "value": {
     "$ref": "#/$defs/TurnStart"
    },
    "patch": {
     "type": "object",
     "properties": {
      "added": {
       "type": "array",
       "items": {
        "$ref": "#/$defs/Message"
       }
      },
      "system": {
       "type": "array",
       "items": {
        "type": "string"
       }
      }
     }
    }
   }
  },
  "ModelRequest": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "transform"
    },
    "value": {
     "$ref": "#/$defs/ModelRequestValue"
    },
    "patch": {
     "type": "object",
     "properties": {
      "params": {
       "$ref": "#/$defs/JsonObject"
      },
      "headers": {
       "type": "object",
       "additionalProperties": {
        "type": "string"
       }
      }
     }
    }
   }
  },
  "ModelResponse": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/ModelResponse"
    }
   }
  },
  "ModelError": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "decide"
    },
    "value": {
     "$ref": "#/$defs/ModelErrorValue"
    },
    "patch": {
     "anyOf": [
      {
       "type": "object",
       "properties": {
        "retryIn": {
         "type": "number"
        }
       },
       "required": [
        "retryIn"
       ]
      },
      {
       "type": "object",
       "properties": {
        "useModel": {
         "type": "string"
        }
       },
       "required": [
        "useModel"
       ]
      }
     ]
    }
   }
  },
  "PreModelSwitch": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "gate"
    },
    "value": {
     "$ref": "#/$defs/PreModelSwitch"
    },
    "patch": {
     "type": "object",
     "properties": {
      "verdict": {
       "enum": [
        "allow",
        "ask",
        "deny"
       ]
      },
      "reason": {
       "type": "string"
      }
     }
    }
   }
  },
  "PostModelSwitch": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/ModelSwitch"
    }
   }
  },
  "Stop": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "gate"
    },
    "value": {
     "$ref": "#/$defs/Stop"
    },
    "patch": {
     "type": "object",
     "properties": {
      "verdict": {
       "const": "go-on"
      },
      "reason": {
       "type": "string"
      },
      "context": {
       "$ref": "#/$defs/ContextPatch"
      }
     }
    }
   }
  },
  "StopFailure": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/StopFailure"
    }
   }
  },
  "QueryEnd": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/QueryEnd"
    }
   }
  },
  "SessionStart": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "transform"
    },
    "value": {
     "$ref": "#/$defs/SessionStart"
    },
    "patch": {
     "type": "object",
     "properties": {
      "context": {
       "$ref": "#/$defs/ContextPatch"
      },
      "env": {
       "type": "object",
       "additionalProperties": {
        "type": "string"
       }
      },
      "initialMessage": {
       "type": "string"
      }
     }
    }
   }
  },
  "SessionEnd": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/SessionEnd"
    }
   }
  },
  "SessionEvent": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "stream"
    },
    "value": {
     "$ref": "#/$defs/SessionEventValue"
    }
   }
  },
  "PreToolUse": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "gate"
    },
    "value": {
     "$ref": "#/$defs/PreToolUse"
    },
    "patch": {
     "$ref": "#/$defs/PreToolUsePatch"
    }
   }
  },
  "PermissionRequest": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "decide"
    },
    "value": {
     "$ref": "#/$defs/PermissionRequest"
    },
    "patch": {
     "$ref": "#/$defs/PermissionAnswer"
    }
   }
  },
  "PermissionDenied": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/PermissionDenied"
    }
   }
  },
  "PostToolUse": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "transform"
    },
    "value": {
     "$ref": "#/$defs/PostToolUse"
    },
    "patch": {
     "type": "object",
     "properties": {
      "output": {
       "type": "object",
       "properties": {
        "content": {
         "anyOf": [
          {
           "type": "string"
          },
          {
           "type": "array",
           "items": {
            "anyOf": [
             {
              "$ref": "#/$defs/TextBlock"
             },
             {
              "$ref": "#/$defs/ImageBlock"
             },
             {
              "$ref": "#/$defs/DocumentBlock"
             }
            ]
           }
          }
         ]
        },
        "output": {},
        "isError": {
         "type": "boolean"
        }
       },
       "required": [
        "content"
       ]
      },
      "context": {
       "$ref": "#/$defs/ContextPatch"
      }
     }
    }
   }
  },
  "PostToolUseFailure": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "transform"
    },
    "value": {
     "$ref": "#/$defs/PostToolUseFailure"
    },
    "patch": {
     "type": "object",
     "properties": {
      "error": {
       "type": "string"
      },
      "context": {
       "$ref": "#/$defs/ContextPatch"
      }
     }
    }
   }
  },
  "PostToolBatch": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "gate"
    },
    "value": {
     "$ref": "#/$defs/PostToolBatch"
    },
    "patch": {
     "type": "object",
     "properties": {
      "verdict": {
       "const": "deny"
      },
      "reason": {
       "type": "string"
      },
      "context": {
       "$ref": "#/$defs/ContextPatch"
      }
     }
    }
   }
  },
  "InstructionsLoaded": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/InstructionsLoaded"
    }
   }
  },
  "CwdChanged": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/CwdChanged"
    }
   }
  },
  "FileChanged": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/FileChanged"
    }
   }
  },
  "DirectoryAdded": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/DirectoryAdded"
    }
   }
  },
  "WorktreeCreate": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "decide"
    },
    "value": {
     "$ref": "#/$defs/WorktreeCreate"
    },
    "patch": {
     "anyOf": [
      {
       "type": "object",
       "properties": {
        "path": {
         "type": "string"
        }
       },
       "required": [
        "path"
       ]
      },
      {
       "type": "object",
       "properties": {
        "error": {
         "type": "string"
        }
       },
       "required": [
        "error"
       ]
      }
     ]
    }
   }
  },
  "WorktreeRemove": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/WorktreeRemove"
    }
   }
  },
  "MessageDisplay": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/MessageDisplay"
    }
   }
  },
  "Setup": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/Setup"
    }
   }
  },
  "Notification": {
   "type": "object",
   "properties": {
    "kind": {
     "const": "observe"
    },
    "value": {
     "$ref": "#/$defs/Notification"
    }
   }
  }
 },
 "$defs": {
  "AppExit": {
   "type": "object",
   "properties": {
    "code": {
     "type": "number"
    },
    "reason": {
     "type": "string"
    }
   },
   "required": [
    "code",
    "reason"
   ]
  },
  "AppStart": {
   "type": "object",
   "properties": {
    "mode": {
     "type": "string"
    },
    "argv": {
     "type": "array",
     "items": {
      "type": "string"
     }
    }
   },
   "required": [
    "mode",
    "argv"
   ]
  },
  "AssistantBlockEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "assistant"
    },
    "message": {
     "$ref": "#/$defs/AssistantMessage"
    },
    "requestId": {
     "type": "string"
    },
    "error": {
     "$ref": "#/$defs/ModelErrorKind"
    }
   },
   "required": [
    "type",
    "message"
   ]
  },
  "AssistantMessage": {
   "type": "object",
   "properties": {
    "id": {
     "type": "string"
    },
    "type": {
     "const": "message"
    },
    "role": {
     "const": "assistant"
    },
    "model": {
     "type": "string"
    },
    "content": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ContentBlock"
     }
    },
    "stop_reason": {
     "anyOf": [
      {
       "$ref": "#/$defs/StopReason"
      },
      {
       "type": "null"
      }
     ]
    },
    "stop_sequence": {
     "anyOf": [
      {
       "type": "string"
      },
      {
       "type": "null"
      }
     ]
    },
    "usage": {
     "$ref": "#/$defs/Usage"
    }
   },
   "required": [
    "id",
    "type",
    "role",
    "model",
    "content",
    "stop_reason",
    "stop_sequence",
    "usage"
   ]
  },
  "CommandOutputEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "command_output"
    },
    "command": {
     "type": "string"
    },
    "content": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "command",
    "content"
   ]
  },
  "CompactEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "compact"
    },
    "trigger": {
     "enum": [
      "manual",
      "auto"
     ]
    },
    "preTokens": {
     "type": "number"
    },
    "summary": {
     "type": "string"
    },
    "messages": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Message"
     }
    }
   },
   "required": [
    "type",
    "trigger",
    "preTokens",
    "summary",
    "messages"
   ]
  },
  "ConfigChange": {
   "type": "object",
   "properties": {
    "layers": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ConfigLayer"
     }
    },
    "changed": {
     "type": "object",
     "properties": {
      "source": {
       "$ref": "#/$defs/SettingSource"
      },
      "path": {
       "type": "string"
      }
     },
     "required": [
      "source"
     ]
    }
   },
   "required": [
    "layers"
   ]
  },
  "ConfigLayer": {
   "type": "object",
   "properties": {
    "source": {
     "$ref": "#/$defs/SettingSource"
    },
    "path": {
     "type": "string"
    },
    "dir": {
     "type": "string"
    },
    "value": {
     "$ref": "#/$defs/JsonObject"
    }
   },
   "required": [
    "source",
    "dir",
    "value"
   ]
  },
  "ContentBlock": {
   "anyOf": [
    {
     "$ref": "#/$defs/TextBlock"
    },
    {
     "$ref": "#/$defs/ThinkingBlock"
    },
    {
     "$ref": "#/$defs/RedactedThinkingBlock"
    },
    {
     "$ref": "#/$defs/ToolUseBlock"
    },
    {
     "$ref": "#/$defs/ToolResultBlock"
    },
    {
     "$ref": "#/$defs/ImageBlock"
    },
    {
     "$ref": "#/$defs/DocumentBlock"
    },
    {
     "$ref": "#/$defs/ServerBlock"
    }
   ]
  },
  "ContextItem": {
   "type": "object",
   "properties": {
    "text": {
     "type": "string"
    },
    "by": {
     "type": "string"
    }
   },
   "required": [
    "text",
    "by"
   ]
  },
  "ContextPatch": {
   "anyOf": [
    {
     "type": "string"
    },
    {
     "type": "array",
     "items": {
      "type": "string"
     }
    }
   ]
  },
  "CwdChanged": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "from": {
     "type": "string"
    },
    "to": {
     "type": "string"
    }
   },
   "required": [
    "session",
    "from",
    "to"
   ]
  },
  "Declared": {
   "anyOf": [
    {
     "type": "string"
    },
    {
     "$ref": "#/$defs/DeclaredItem"
    }
   ]
  },
  "DeclaredItem": {
   "type": "object",
   "properties": {
    "name": {
     "type": "string"
    },
    "description": {
     "type": "string"
    }
   },
   "required": [
    "name"
   ]
  },
  "DenyPatch": {
   "type": "object",
   "properties": {
    "verdict": {
     "const": "deny"
    },
    "reason": {
     "type": "string"
    },
    "context": {
     "$ref": "#/$defs/ContextPatch"
    }
   }
  },
  "Diagnostic": {
   "type": "object",
   "properties": {
    "level": {
     "enum": [
      "debug",
      "info",
      "warning",
      "error"
     ]
    },
    "code": {
     "$ref": "#/$defs/DiagnosticCode"
    },
    "extension": {
     "type": "string"
    },
    "message": {
     "type": "string"
    },
    "cause": {},
    "time": {
     "type": "number"
    }
   },
   "required": [
    "level",
    "code",
    "extension",
    "message",
    "time"
   ]
  },
  "DiagnosticCode": {
   "enum": [
    "MANIFEST_BAD",
    "API_MISMATCH",
    "CYCLE",
    "MISSING_SERVICE",
    "DUPLICATE_ID",
    "DUPLICATE_PROVIDER",
    "NAME_TAKEN",
    "NOT_DECLARED",
    "NOT_MADE",
    "SETUP_FAILED",
    "BAD_CONFIG",
    "HOOK_FAILED",
    "HOOK_TIMEOUT",
    "NO_SERVICE",
    "NO_HOOK",
    "UNTRUSTED",
    "DISPOSE_FAILED",
    "MUTED",
    "BLOCKED",
    "LOG"
   ]
  },
  "DirectoryAdded": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "directory": {
     "type": "string"
    },
    "source": {
     "type": "string"
    }
   },
   "required": [
    "session",
    "directory",
    "source"
   ]
  },
  "DocumentBlock": {
   "type": "object",
   "properties": {
    "type": {
     "const": "document"
    },
    "source": {
     "anyOf": [
      {
       "type": "object",
       "properties": {
        "type": {
         "const": "base64"
        },
        "media_type": {
         "type": "string"
        },
        "data": {
         "type": "string"
        }
       },
       "required": [
        "type",
        "media_type",
        "data"
       ]
      },
      {
       "type": "object",
       "properties": {
        "type": {
         "const": "text"
        },
        "media_type": {
         "const": "text/plain"
        },
        "data": {
         "type": "string"
        }
       },
       "required": [
        "type",
        "media_type",
        "data"
       ]
      }
     ]
    },
    "title": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "source"
   ]
  },
  "Effort": {
   "type": "string",
   "examples": [
    "low",
    "medium",
    "high",
    "xhigh",
    "max"
   ]
  },
  "ElicitationAnswer": {
   "type": "object",
   "properties": {
    "action": {
     "enum": [
      "accept",
      "decline",
      "cancel"
     ]
    },
    "content": {
     "$ref": "#/$defs/JsonObject"
    }
   },
   "required": [
    "action"
   ]
  },
  "ElicitationValue": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "server": {
     "type": "string"
    },
    "request": {
     "$ref": "#/$defs/JsonObject"
    }
   },
   "required": [
    "session",
    "server",
    "request"
   ]
  },
  "Entry": {
   "type": "object",
   "properties": {
    "manifest": {
     "$ref": "#/$defs/Manifest"
    },
    "origin": {
     "$ref": "#/$defs/Origin"
    }
   },
   "required": [
    "manifest",
    "origin"
   ]
  },
  "ExtensionDiscovery": {
   "type": "object",
   "properties": {
    "dirs": {
     "type": "array",
     "items": {
      "type": "string"
     }
    },
    "entries": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Entry"
     }
    }
   },
   "required": [
    "dirs",
    "entries"
   ]
  },
  "FileChanged": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "path": {
     "type": "string"
    },
    "event": {
     "enum": [
      "change",
      "add",
      "unlink"
     ]
    }
   },
   "required": [
    "session",
    "path",
    "event"
   ]
  },
  "GateReason": {
   "type": "object",
   "properties": {
    "verdict": {
     "type": "string"
    },
    "reason": {
     "type": "string"
    },
    "by": {
     "type": "string"
    }
   },
   "required": [
    "verdict",
    "reason",
    "by"
   ]
  },
  "HookDeclaration": {
   "type": "object",
   "properties": {
    "kind": {
     "$ref": "#/$defs/HookKind"
    },
    "timeout": {
     "type": "number"
    },
    "subject": {
     "type": "string"
    },
    "onError": {
     "$ref": "#/$defs/OnError"
    },
    "ladder": {
     "type": "array",
     "items": {
      "type": "string"
     }
    },
    "rewrites": {
     "type": "array",
     "items": {
      "type": "string"
     }
    },
    "appends": {
     "type": "array",
     "items": {
      "type": "string"
     }
    }
   },
   "required": [
    "kind"
   ]
  },
  "HookKind": {
   "enum": [
    "observe",
    "stream",
    "transform",
    "gate",
    "decide",
    "sequence"
   ]
  },
  "HookName": {
   "type": "object",
   "properties": {},
   "required": []
  },
  "HookRunEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "hook"
    },
    "phase": {
     "enum": [
      "started",
      "progress",
      "response"
     ]
    },
    "hookId": {
     "type": "string"
    },
    "hookName": {
     "type": "string"
    },
    "hookEvent": {
     "type": "string"
    },
    "stdout": {
     "type": "string"
    },
    "stderr": {
     "type": "string"
    },
    "output": {
     "type": "string"
    },
    "exitCode": {
     "type": "number"
    },
    "outcome": {
     "enum": [
      "success",
      "error",
      "cancelled"
     ]
    }
   },
   "required": [
    "type",
    "phase",
    "hookId",
    "hookName",
    "hookEvent"
   ]
  },
  "ImageBlock": {
   "type": "object",
   "properties": {
    "type": {
     "const": "image"
    },
    "source": {
     "anyOf": [
      {
       "type": "object",
       "properties": {
        "type": {
         "const": "base64"
        },
        "media_type": {
         "type": "string"
        },
        "data": {
         "type": "string"
        }
       },
       "required": [
        "type",
        "media_type",
        "data"
       ]
      },
      {
       "type": "object",
       "properties": {
        "type": {
         "const": "url"
        },
        "url": {
         "type": "string"
        }
       },
       "required": [
        "type",
        "url"
       ]
      }
     ]
    }
   },
   "required": [
    "type",
    "source"
   ]
  },
  "InformationalEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "informational"
    },
    "level": {
     "enum": [
      "info",
      "warning",
      "error"
     ]
    },
    "content": {
     "type": "string"
    },
    "by": {
     "const": "hook"
    }
   },
   "required": [
    "type",
    "level",
    "content"
   ]
  },
  "InitEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "init"
    },
    "cwd": {
     "type": "string"
    },
    "model": {
     "type": "string"
    },
    "permissionMode": {
     "$ref": "#/$defs/PermissionMode"
    },
    "tools": {
     "type": "array",
     "items": {
      "type": "string"
     }
    },
    "apiKeySource": {
     "type": "string"
    },
    "extra": {
     "$ref": "#/$defs/JsonObject"
    }
   },
   "required": [
    "type",
    "cwd",
    "model",
    "permissionMode",
    "tools",
    "apiKeySource",
    "extra"
   ]
  },
  "InstructionsLoaded": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "path": {
     "type": "string"
    },
    "kind": {
     "enum": [
      "User",
      "Project",
      "Local",
      "Managed"
     ]
    },
    "reason": {
     "enum": [
      "session_start",
      "nested_traversal",
      "path_glob_match",
      "include",
      "compact"
     ]
    },
    "parent": {
     "type": "string"
    },
    "trigger": {
     "type": "string"
    },
    "globs": {
     "type": "array",
     "items": {
      "type": "string"
     }
    }
   },
   "required": [
    "session",
    "path",
    "kind",
    "reason"
   ]
  },
  "JsonObject": {
   "type": "object"
  },
  "JsonSchema": {
   "type": "object",
   "properties": {
    "type": {
     "anyOf": [
      {
       "$ref": "#/$defs/JsonType"
      },
      {
       "type": "array",
       "items": {
        "$ref": "#/$defs/JsonType"
       }
      }
     ]
    },
    "description": {
     "type": "string"
    },
    "properties": {
     "type": "object",
     "additionalProperties": {
      "$ref": "#/$defs/JsonSchema"
     }
    },
    "required": {
     "type": "array",
     "items": {
      "type": "string"
     }
    },
    "additionalProperties": {
     "anyOf": [
      {
       "type": "boolean"
      },
      {
       "$ref": "#/$defs/JsonSchema"
      }
     ]
    },
    "items": {
     "$ref": "#/$defs/JsonSchema"
    },
    "enum": {
     "type": "array"
    },
    "const": {},
    "anyOf": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/JsonSchema"
     }
    },
    "oneOf": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/JsonSchema"
     }
    },
    "minimum": {
     "type": "number"
    },
    "maximum": {
     "type": "number"
    },
    "exclusiveMinimum": {
     "type": "number"
    },
    "exclusiveMaximum": {
     "type": "number"
    },
    "minLength": {
     "type": "number"
    },
    "maxLength": {
     "type": "number"
    },
    "minItems": {
     "type": "number"
    },
    "maxItems": {
     "type": "number"
    },
    "pattern": {
     "type": "string"
    },
    "default": {}
   }
  },
  "JsonType": {
   "enum": [
    "string",
    "number",
    "integer",
    "boolean",
    "object",
    "array",
    "null"
   ]
  },
  "Manifest": {
   "type": "object",
   "properties": {
    "id": {
     "type": "string"
    },
    "version": {
     "type": "string"
    },
    "api": {
     "const": 1
    },
    "description": {
     "type": "string"
    },
    "taps": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/HookName"
     }
    },
    "fires": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/HookName"
     }
    },
    "provides": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ServiceId"
     }
    },
    "requires": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ServiceId"
     }
    },
    "optional": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ServiceId"
     }
    },
    "after": {
     "type": "array",
     "items": {
      "type": "string"
     }
    },
    "activate": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Trigger"
     }
    },
    "dormantWithout": {
     "type": "array",
     "items": {
      "type": "string"
     }
    },
    "contributes": {
     "type": "object",
     "additionalProperties": {
      "type": "array",
      "items": {
       "$ref": "#/$defs/Declared"
      }
     }
    },
    "replaces": {
     "type": "array",
     "items": {
      "type": "string"
     }
    },
    "required": {
     "type": "boolean"
    },
    "config": {
     "$ref": "#/$defs/JsonSchema"
    },
    "capabilities": {
     "type": "array",
     "items": {
      "enum": [
       "network",
       "process",
       "fs-write",
       "secrets"
      ]
     }
    },
    "hooks": {
     "type": "object",
     "additionalProperties": {
      "anyOf": [
       {
        "$ref": "#/$defs/HookKind"
       },
       {
        "$ref": "#/$defs/HookDeclaration"
       }
      ]
     }
    }
   },
   "required": [
    "id",
    "version",
    "api"
   ]
  },
  "Message": {
   "type": "object",
   "properties": {
    "role": {
     "enum": [
      "user",
      "assistant"
     ]
    },
    "content": {
     "anyOf": [
      {
       "type": "string"
      },
      {
       "type": "array",
       "items": {
        "$ref": "#/$defs/ContentBlock"
       }
      }
     ]
    }
   },
   "required": [
    "role",
    "content"
   ]
  },
  "MessageDisplay": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "messageId": {
     "type": "string"
    },
    "text": {
     "type": "string"
    }
   },
   "required": [
    "session",
    "messageId",
    "text"
   ]
  },
  "MessageEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "message"
    },
    "message": {
     "$ref": "#/$defs/AssistantMessage"
    },
    "requestId": {
     "type": "string"
    },
    "error": {
     "$ref": "#/$defs/ModelErrorKind"
    },
    "blocks": {
     "type": "array",
     "items": {
      "type": "string"
     }
    },
    "aborted": {
     "type": "boolean"
    }
   },
   "required": [
    "type",
    "message",
    "blocks"
   ]
  },
  "ModelDelta": {
   "anyOf": [
    {
     "type": "object",
     "properties": {
      "type": {
       "const": "text_delta"
      },
      "text": {
       "type": "string"
      }
     },
     "required": [
      "type",
      "text"
     ]
    },
    {
     "type": "object",
     "properties": {
      "type": {
       "const": "thinking_delta"
      },
      "thinking": {
       "type": "string"
      }
     },
     "required": [
      "type",
      "thinking"
     ]
    },
    {
     "type": "object",
     "properties": {
      "type": {
       "const": "signature_delta"
      },
      "signature": {
       "type": "string"
      }
     },
     "required": [
      "type",
      "signature"
     ]
    },
    {
     "type": "object",
     "properties": {
      "type": {
       "const": "input_json_delta"
      },
      "partial_json": {
       "type": "string"
      }
     },
     "required": [
      "type",
      "partial_json"
     ]
    },
    {
     "type": "object",
     "properties": {
      "type": {
       "const": "citations_delta"
      },
      "citation": {}
     },
     "required": [
      "type",
      "citation"
     ]
    }
   ]
  },
  "ModelError": {
   "type": "object",
   "properties": {
    "name": {
     "type": "string"
    },
    "message": {
     "type": "string"
    },
    "kind": {
     "$ref": "#/$defs/ModelErrorKind"
    },
    "status": {
     "type": "number"
    },
    "requestId": {
     "type": "string"
    },
    "retryable": {
     "type": "boolean"
    }
   },
   "required": [
    "kind",
    "retryable"
   ]
  },
  "ModelErrorKind": {
   "enum": [
    "authentication_failed",
    "billing_error",
    "rate_limit",
    "overloaded",
    "invalid_request",
    "model_not_found",
    "server_error",
    "max_output_tokens",
    "unknown"
   ]
  },
  "ModelErrorValue": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "error": {
     "$ref": "#/$defs/ModelError"
    },
    "attempt": {
     "type": "number"
    }
   },
   "required": [
    "session",
    "error",
    "attempt"
   ]
  },
  "ModelEvent": {
   "anyOf": [
    {
     "type": "object",
     "properties": {
      "type": {
       "const": "message_start"
      },
      "message": {
       "$ref": "#/$defs/AssistantMessage"
      }
     },
     "required": [
      "type",
      "message"
     ]
    },
    {
     "type": "object",
     "properties": {
      "type": {
       "const": "content_block_start"
      },
      "index": {
       "type": "number"
      },
      "content_block": {
       "type": "object",
       "properties": {
        "type": {
         "type": "string"
        }
       },
       "required": [
        "type"
       ]
      }
     },
     "required": [
      "type",
      "index",
      "content_block"
     ]
    },
    {
     "type": "object",
     "properties": {
      "type": {
       "const": "content_block_delta"
      },
      "index": {
       "type": "number"
      },
      "delta": {
       "$ref": "#/$defs/ModelDelta"
      }
     },
     "required": [
      "type",
      "index",
      "delta"
     ]
    },
    {
     "type": "object",
     "properties": {
      "type": {
       "const": "content_block_stop"
      },
      "index": {
       "type": "number"
      }
     },
     "required": [
      "type",
      "index"
     ]
    },
    {
     "type": "object",
     "properties": {
      "type": {
       "const": "message_delta"
      },
      "delta": {
       "type": "object",
       "properties": {
        "stop_reason": {
         "anyOf": [
          {
           "type": "string"
          },
          {
           "type": "null"
          }
         ]
        },
        "stop_sequence": {
         "anyOf": [
          {
           "type": "string"
          },
          {
           "type": "null"
          }
         ]
        }
       },
       "required": [
        "stop_reason"
       ]
      },
      "usage": {
       "type": "object",
       "properties": {
        "input_tokens": {
         "type": "number"
        },
        "output_tokens": {
         "type": "number"
        },
        "cache_creation_input_tokens": {
         "type": "number"
        },
        "cache_read_input_tokens": {
         "type": "number"
        }
       }
      }
     },
     "required": [
      "type",
      "delta"
     ]
    },
    {
     "type": "object",
     "properties": {
      "type": {
       "const": "message_stop"
      }
     },
     "required": [
      "type"
     ]
    },
    {
     "type": "object",
     "properties": {
      "type": {
       "const": "ping"
      }
     },
     "required": [
      "type"
     ]
    }
   ]
  },
  "ModelRequestValue": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "params": {
     "$ref": "#/$defs/JsonObject"
    },
    "headers": {
     "type": "object",
     "additionalProperties": {
      "type": "string"
     }
    }
   },
   "required": [
    "params",
    "headers"
   ]
  },
  "ModelResponse": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "message": {
     "$ref": "#/$defs/AssistantMessage"
    },
    "usage": {
     "$ref": "#/$defs/Usage"
    },
    "stopReason": {
     "anyOf": [
      {
       "type": "string"
      },
      {
       "type": "null"
      }
     ]
    },
    "ms": {
     "type": "number"
    }
   },
   "required": [
    "session",
    "message",
    "usage",
    "stopReason",
    "ms"
   ]
  },
  "ModelSwitch": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "from": {
     "type": "string"
    },
    "to": {
     "type": "string"
    },
    "reason": {
     "type": "string"
    }
   },
   "required": [
    "session",
    "from",
    "to",
    "reason"
   ]
  },
  "ModelUsage": {
   "type": "object",
   "properties": {
    "inputTokens": {
     "type": "number"
    },
    "outputTokens": {
     "type": "number"
    },
    "cacheReadInputTokens": {
     "type": "number"
    },
    "cacheCreationInputTokens": {
     "type": "number"
    },
    "webSearchRequests": {
     "type": "number"
    },
    "costUSD": {
     "type": "number"
    },
    "contextWindow": {
     "type": "number"
    },
    "maxOutputTokens": {
     "type": "number"
    }
   },
   "required": [
    "inputTokens",
    "outputTokens",
    "cacheReadInputTokens",
    "cacheCreationInputTokens",
    "webSearchRequests",
    "costUSD",
    "contextWindow",
    "maxOutputTokens"
   ]
  },
  "Notification": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "kind": {
     "type": "string"
    },
    "message": {
     "type": "string"
    },
    "title": {
     "type": "string"
    }
   },
   "required": [
    "kind",
    "message"
   ]
  },
  "OnError": {
   "enum": [
    "skip",
    "deny"
   ]
  },
  "Origin": {
   "type": "object",
   "properties": {
    "kind": {
     "enum": [
      "bundled",
      "user",
      "project"
     ]
    },
    "path": {
     "type": "string"
    }
   },
   "required": [
    "kind"
   ]
  },
  "PermissionAnswer": {
   "anyOf": [
    {
     "type": "object",
     "properties": {
      "verdict": {
       "const": "allow"
      },
      "input": {
       "$ref": "#/$defs/JsonObject"
      },
      "rules": {
       "type": "array",
       "items": {
        "$ref": "#/$defs/RuleUpdate"
       }
      }
     },
     "required": [
      "verdict"
     ]
    },
    {
     "type": "object",
     "properties": {
      "verdict": {
       "const": "deny"
      },
      "message": {
       "type": "string"
      },
      "interrupt": {
       "type": "boolean"
      },
      "rules": {
       "type": "array",
       "items": {
        "$ref": "#/$defs/RuleUpdate"
       }
      }
     },
     "required": [
      "verdict"
     ]
    }
   ]
  },
  "PermissionDenial": {
   "type": "object",
   "properties": {
    "toolName": {
     "type": "string"
    },
    "toolUseId": {
     "type": "string"
    },
    "toolInput": {
     "$ref": "#/$defs/JsonObject"
    }
   },
   "required": [
    "toolName",
    "toolUseId",
    "toolInput"
   ]
  },
  "PermissionDenied": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "id": {
     "type": "string"
    },
    "tool": {
     "type": "string"
    },
    "input": {
     "$ref": "#/$defs/JsonObject"
    },
    "reason": {
     "type": "string"
    }
   },
   "required": [
    "session",
    "id",
    "tool",
    "input",
    "reason"
   ]
  },
  "PermissionDeniedEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "permission_denied"
    },
    "toolName": {
     "type": "string"
    },
    "toolUseId": {
     "type": "string"
    },
    "reason": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "toolName",
    "toolUseId",
    "reason"
   ]
  },
  "PermissionMode": {
   "enum": [
    "default",
    "acceptEdits",
    "plan",
    "auto",
    "dontAsk",
    "bypassPermissions"
   ]
  },
  "PermissionQuestion": {
   "type": "object",
   "properties": {
    "id": {
     "type": "string"
    },
    "toolUseId": {
     "type": "string"
    },
    "tool": {
     "type": "string"
    },
    "input": {
     "$ref": "#/$defs/JsonObject"
    },
    "reason": {
     "type": "string"
    },
    "source": {
     "type": "string"
    },
    "suggestions": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/RuleUpdate"
     }
    },
    "blockedPath": {
     "type": "string"
    },
    "matchedRule": {
     "type": "string"
    },
    "agentId": {
     "type": "string"
    }
   },
   "required": [
    "id",
    "toolUseId",
    "tool",
    "input",
    "reason",
    "suggestions"
   ]
  },
  "PermissionRequest": {
   "type": "object",
   "properties": {
    "id": {
     "type": "string"
    },
    "toolUseId": {
     "type": "string"
    },
    "tool": {
     "type": "string"
    },
    "input": {
     "$ref": "#/$defs/JsonObject"
    },
    "reason": {
     "type": "string"
    },
    "source": {
     "type": "string"
    },
    "suggestions": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/RuleUpdate"
     }
    },
    "blockedPath": {
     "type": "string"
    },
    "matchedRule": {
     "type": "string"
    },
    "agentId": {
     "type": "string"
    },
    "session": {
     "$ref": "#/$defs/SessionRef"
    }
   },
   "required": [
    "id",
    "toolUseId",
    "tool",
    "input",
    "reason",
    "suggestions",
    "session"
   ]
  },
  "PointChanged": {
   "type": "object",
   "properties": {
    "point": {
     "type": "string"
    },
    "names": {
     "type": "array",
     "items": {
      "type": "string"
     }
    }
   },
   "required": [
    "point",
    "names"
   ]
  },
  "PostCommand": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "name": {
     "type": "string"
    },
    "args": {
     "type": "string"
    },
    "source": {
     "enum": [
      "slash",
      "cli"
     ]
    },
    "origin": {
     "type": "string"
    },
    "output": {
     "type": "string"
    },
    "ok": {
     "type": "boolean"
    },
    "ms": {
     "type": "number"
    }
   },
   "required": [
    "name",
    "args",
    "source",
    "output",
    "ok",
    "ms"
   ]
  },
  "PostCompact": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "before": {
     "type": "number"
    },
    "after": {
     "type": "number"
    },
    "summary": {
     "type": "string"
    },
    "reason": {
     "enum": [
      "manual",
      "auto"
     ]
    }
   },
   "required": [
    "session",
    "before",
    "after",
    "summary"
   ]
  },
  "PostToolBatch": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "outcomes": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ToolOutcome"
     }
    },
    "context": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ContextItem"
     }
    },
    "verdict": {
     "enum": [
      "none",
      "deny"
     ]
    },
    "reasons": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/GateReason"
     }
    }
   },
   "required": [
    "session",
    "outcomes",
    "context",
    "verdict",
    "reasons"
   ]
  },
  "PostToolUse": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "id": {
     "type": "string"
    },
    "tool": {
     "type": "string"
    },
    "input": {
     "$ref": "#/$defs/JsonObject"
    },
    "context": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ContextItem"
     }
    },
    "durationMs": {
     "type": "number"
    },
    "output": {
     "type": "object",
     "properties": {
      "content": {
       "anyOf": [
        {
         "type": "string"
        },
        {
         "type": "array",
         "items": {
          "anyOf": [
           {
            "$ref": "#/$defs/TextBlock"
           },
           {
            "$ref": "#/$defs/ImageBlock"
           },
           {
            "$ref": "#/$defs/DocumentBlock"
           }
          ]
         }
        }
       ]
      },
      "output": {},
      "isError": {
       "type": "boolean"
      }
     },
     "required": [
      "content"
     ]
    }
   },
   "required": [
    "session",
    "id",
    "tool",
    "input",
    "context",
    "durationMs",
    "output"
   ]
  },
  "PostToolUseFailure": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "id": {
     "type": "string"
    },
    "tool": {
     "type": "string"
    },
    "input": {
     "$ref": "#/$defs/JsonObject"
    },
    "context": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ContextItem"
     }
    },
    "durationMs": {
     "type": "number"
    },
    "error": {
     "type": "string"
    },
    "interrupted": {
     "type": "boolean"
    }
   },
   "required": [
    "session",
    "id",
    "tool",
    "input",
    "context",
    "durationMs",
    "error",
    "interrupted"
   ]
  },
  "PreCommand": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "name": {
     "type": "string"
    },
    "args": {
     "type": "string"
    },
    "source": {
     "enum": [
      "slash",
      "cli"
     ]
    },
    "origin": {
     "type": "string"
    },
    "context": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ContextItem"
     }
    },
    "verdict": {
     "enum": [
      "none",
      "deny"
     ]
    },
    "reasons": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/GateReason"
     }
    }
   },
   "required": [
    "name",
    "args",
    "source",
    "context",
    "verdict",
    "reasons"
   ]
  },
  "PreCompact": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "messages": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Message"
     }
    },
    "reason": {
     "enum": [
      "manual",
      "auto"
     ]
    },
    "instructions": {
     "type": "string"
    }
   },
   "required": [
    "session",
    "messages",
    "reason",
    "instructions"
   ]
  },
  "PreModelSwitch": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "from": {
     "type": "string"
    },
    "to": {
     "type": "string"
    },
    "reason": {
     "type": "string"
    },
    "verdict": {
     "enum": [
      "none",
      "allow",
      "ask",
      "deny"
     ]
    },
    "reasons": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/GateReason"
     }
    }
   },
   "required": [
    "session",
    "from",
    "to",
    "reason",
    "verdict",
    "reasons"
   ]
  },
  "PreToolUse": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "id": {
     "type": "string"
    },
    "tool": {
     "type": "string"
    },
    "input": {
     "$ref": "#/$defs/JsonObject"
    },
    "verdict": {
     "$ref": "#/$defs/Verdict"
    },
    "reasons": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/GateReason"
     }
    },
    "context": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ContextItem"
     }
    }
   },
   "required": [
    "session",
    "id",
    "tool",
    "input",
    "verdict",
    "reasons",
    "context"
   ]
  },
  "PreToolUsePatch": {
   "type": "object",
   "properties": {
    "input": {
     "$ref": "#/$defs/JsonObject"
    },
    "verdict": {
     "enum": [
      "allow",
      "ask",
      "defer",
      "deny"
     ]
    },
    "reason": {
     "type": "string"
    },
    "context": {
     "$ref": "#/$defs/ContextPatch"
    }
   }
  },
  "ProjectTrust": {
   "type": "object",
   "properties": {
    "dir": {
     "type": "string"
    },
    "found": {
     "type": "array",
     "items": {
      "type": "string"
     }
    },
    "fingerprint": {
     "type": "string"
    }
   },
   "required": [
    "dir",
    "found",
    "fingerprint"
   ]
  },
  "QueryEnd": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "turns": {
     "type": "number"
    },
    "usage": {
     "$ref": "#/$defs/Usage"
    },
    "totalCostUsd": {
     "type": "number"
    },
    "durationMs": {
     "type": "number"
    },
    "lastMessage": {
     "type": "string"
    },
    "outcome": {
     "enum": [
      "success",
      "error",
      "interrupted",
      "max_turns",
      "budget"
     ]
    }
   },
   "required": [
    "session",
    "turns",
    "usage",
    "totalCostUsd",
    "durationMs",
    "lastMessage",
    "outcome"
   ]
  },
  "QueryStart": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "prompt": {
     "type": "string"
    },
    "model": {
     "type": "string"
    },
    "turnCount": {
     "type": "number"
    },
    "context": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ContextItem"
     }
    },
    "verdict": {
     "enum": [
      "none",
      "deny"
     ]
    },
    "reasons": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/GateReason"
     }
    }
   },
   "required": [
    "session",
    "prompt",
    "model",
    "turnCount",
    "context",
    "verdict",
    "reasons"
   ]
  },
  "QuestionClosedEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "question_closed"
    },
    "id": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "id"
   ]
  },
  "QuestionEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "question"
    },
    "question": {
     "$ref": "#/$defs/PermissionQuestion"
    }
   },
   "required": [
    "type",
    "question"
   ]
  },
  "RedactedThinkingBlock": {
   "type": "object",
   "properties": {
    "type": {
     "const": "redacted_thinking"
    },
    "data": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "data"
   ]
  },
  "ResultEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "result"
    },
    "subtype": {
     "$ref": "#/$defs/ResultSubtype"
    },
    "isError": {
     "type": "boolean"
    },
    "result": {
     "type": "string"
    },
    "errors": {
     "type": "array",
     "items": {
      "type": "string"
     }
    },
    "durationMs": {
     "type": "number"
    },
    "durationApiMs": {
     "type": "number"
    },
    "numTurns": {
     "type": "number"
    },
    "stopReason": {
     "anyOf": [
      {
       "type": "string"
      },
      {
       "type": "null"
      }
     ]
    },
    "terminalReason": {
     "type": "string"
    },
    "totalCostUsd": {
     "type": "number"
    },
    "usage": {
     "$ref": "#/$defs/Usage"
    },
    "modelUsage": {
     "type": "object",
     "additionalProperties": {
      "$ref": "#/$defs/ModelUsage"
     }
    },
    "permissionDenials": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/PermissionDenial"
     }
    },
    "queuedTurns": {
     "type": "number"
    },
    "apiErrorStatus": {
     "type": "number"
    },
    "structuredOutput": {},
    "deferredToolUse": {
     "type": "object",
     "properties": {
      "id": {
       "type": "string"
      },
      "name": {
       "type": "string"
      },
      "input": {}
     },
     "required": [
      "id",
      "name",
      "input"
     ]
    },
    "ttftMs": {
     "type": "number"
    }
   },
   "required": [
    "type",
    "subtype",
    "isError",
    "result",
    "errors",
    "durationMs",
    "durationApiMs",
    "numTurns",
    "stopReason",
    "terminalReason",
    "totalCostUsd",
    "usage",
    "modelUsage",
    "permissionDenials"
   ]
  },
  "ResultSubtype": {
   "enum": [
    "success",
    "error_during_execution",
    "error_max_turns",
    "error_max_budget_usd",
    "error_max_structured_output_retries"
   ]
  },
  "RetryEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "api_retry"
    },
    "attempt": {
     "type": "number"
    },
    "maxRetries": {
     "type": "number"
    },
    "retryDelayMs": {
     "type": "number"
    },
    "errorStatus": {
     "anyOf": [
      {
       "type": "number"
      },
      {
       "type": "null"
      }
     ]
    },
    "error": {
     "$ref": "#/$defs/ModelErrorKind"
    }
   },
   "required": [
    "type",
    "attempt",
    "maxRetries",
    "retryDelayMs",
    "errorStatus",
    "error"
   ]
  },
  "RuleDestination": {
   "enum": [
    "userSettings",
    "projectSettings",
    "localSettings",
    "session",
    "cliArg"
   ]
  },
  "RuleUpdate": {
   "anyOf": [
    {
     "type": "object",
     "properties": {
      "type": {
       "enum": [
        "addRules",
        "replaceRules",
        "removeRules"
       ]
      },
      "rules": {
       "type": "array",
       "items": {
        "type": "object",
        "properties": {
         "toolName": {
          "type": "string"
         },
         "ruleContent": {
          "type": "string"
         }
        },
        "required": [
         "toolName"
        ]
       }
      },
      "behavior": {
       "enum": [
        "allow",
        "deny",
        "ask"
       ]
      },
      "destination": {
       "$ref": "#/$defs/RuleDestination"
      }
     },
     "required": [
      "type",
      "rules",
      "behavior",
      "destination"
     ]
    },
    {
     "type": "object",
     "properties": {
      "type": {
       "const": "setMode"
      },
      "mode": {
       "$ref": "#/$defs/PermissionMode"
      },
      "destination": {
       "$ref": "#/$defs/RuleDestination"
      }
     },
     "required": [
      "type",
      "mode",
      "destination"
     ]
    },
    {
     "type": "object",
     "properties": {
      "type": {
       "enum": [
        "addDirectories",
        "removeDirectories"
       ]
      },
      "directories": {
       "type": "array",
       "items": {
        "type": "string"
       }
      },
      "destination": {
       "$ref": "#/$defs/RuleDestination"
      }
     },
     "required": [
      "type",
      "directories",
      "destination"
     ]
    }
   ]
  },
  "ServerBlock": {
   "type": "object",
   "properties": {
    "type": {
     "enum": [
      "server_tool_use",
      "web_search_tool_result",
      "container_upload",
      "fallback"
     ]
    }
   },
   "required": [
    "type"
   ]
  },
  "ServiceId": {
   "type": "string"
  },
  "SessionEnd": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "reason": {
     "enum": [
      "clear",
      "resume",
      "logout",
      "prompt_input_exit",
      "other"
     ]
    }
   },
   "required": [
    "session",
    "reason"
   ]
  },
  "SessionEvent": {
   "type": "object",
   "properties": {
    "seq": {
     "type": "number"
    },
    "uuid": {
     "type": "string"
    },
    "sessionId": {
     "type": "string"
    },
    "time": {
     "type": "number"
    },
    "parentToolUseId": {
     "anyOf": [
      {
       "type": "string"
      },
      {
       "type": "null"
      }
     ]
    },
    "agentId": {
     "type": "string"
    },
    "agentType": {
     "type": "string"
    },
    "taskDescription": {
     "type": "string"
    }
   },
   "required": [
    "seq",
    "uuid",
    "sessionId",
    "time",
    "parentToolUseId"
   ]
  },
  "SessionEventBase": {
   "type": "object",
   "properties": {
    "seq": {
     "type": "number"
    },
    "uuid": {
     "type": "string"
    },
    "sessionId": {
     "type": "string"
    },
    "time": {
     "type": "number"
    },
    "parentToolUseId": {
     "anyOf": [
      {
       "type": "string"
      },
      {
       "type": "null"
      }
     ]
    },
    "agentId": {
     "type": "string"
    },
    "agentType": {
     "type": "string"
    },
    "taskDescription": {
     "type": "string"
    }
   },
   "required": [
    "seq",
    "uuid",
    "sessionId",
    "time",
    "parentToolUseId"
   ]
  },
  "SessionEventBody": {
   "anyOf": [
    {
     "$ref": "#/$defs/InitEvent"
    },
    {
     "$ref": "#/$defs/StreamDeltaEvent"
    },
    {
     "$ref": "#/$defs/AssistantBlockEvent"
    },
    {
     "$ref": "#/$defs/MessageEvent"
    },
    {
     "$ref": "#/$defs/UserEvent"
    },
    {
     "$ref": "#/$defs/ResultEvent"
    },
    {
     "$ref": "#/$defs/StateEvent"
    },
    {
     "$ref": "#/$defs/QuestionEvent"
    },
    {
     "$ref": "#/$defs/QuestionClosedEvent"
    },
    {
     "$ref": "#/$defs/PermissionDeniedEvent"
    },
    {
     "$ref": "#/$defs/RetryEvent"
    },
    {
     "$ref": "#/$defs/ToolProgressEvent"
    },
    {
     "$ref": "#/$defs/InformationalEvent"
    },
    {
     "$ref": "#/$defs/CommandOutputEvent"
    },
    {
     "$ref": "#/$defs/SettingEvent"
    },
    {
     "$ref": "#/$defs/CompactEvent"
    },
    {
     "$ref": "#/$defs/HookRunEvent"
    },
    {
     "$ref": "#/$defs/TaskStartedEvent"
    },
    {
     "$ref": "#/$defs/TaskProgressEvent"
    },
    {
     "$ref": "#/$defs/TaskUpdatedEvent"
    },
    {
     "$ref": "#/$defs/TaskNotificationEvent"
    },
    {
     "$ref": "#/$defs/TasksChangedEvent"
    }
   ]
  },
  "SessionEventValue": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "event": {
     "$ref": "#/$defs/SessionEvent"
    }
   },
   "required": [
    "session",
    "event"
   ]
  },
  "SessionRef": {
   "type": "object",
   "properties": {
    "id": {
     "type": "string"
    },
    "cwd": {
     "type": "string"
    },
    "root": {
     "type": "string"
    },
    "transcriptPath": {
     "type": "string"
    },
    "permissionMode": {
     "$ref": "#/$defs/PermissionMode"
    },
    "promptId": {
     "type": "string"
    },
    "agent": {
     "type": "object",
     "properties": {
      "id": {
       "type": "string"
      },
      "type": {
       "type": "string"
      },
      "description": {
       "type": "string"
      }
     },
     "required": [
      "id",
      "type"
     ]
    },
    "parent": {
     "$ref": "#/$defs/SessionRef"
    },
    "effort": {
     "$ref": "#/$defs/Effort"
    }
   },
   "required": [
    "id",
    "cwd",
    "root",
    "permissionMode"
   ]
  },
  "SessionStart": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "source": {
     "enum": [
      "startup",
      "resume",
      "clear",
      "compact",
      "fork"
     ]
    },
    "context": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ContextItem"
     }
    },
    "env": {
     "type": "object",
     "additionalProperties": {
      "type": "string"
     }
    },
    "initialMessage": {
     "type": "string"
    }
   },
   "required": [
    "session",
    "source",
    "context",
    "env"
   ]
  },
  "SettingEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "setting"
    },
    "permissionMode": {
     "$ref": "#/$defs/PermissionMode"
    },
    "model": {
     "type": "string"
    },
    "cwd": {
     "type": "string"
    },
    "title": {
     "type": "string"
    }
   },
   "required": [
    "type"
   ]
  },
  "SettingSource": {
   "enum": [
    "managed",
    "flag",
    "local",
    "project",
    "user",
    "distro"
   ]
  },
  "Setup": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "trigger": {
     "enum": [
      "init",
      "maintenance"
     ]
    }
   },
   "required": [
    "session",
    "trigger"
   ]
  },
  "StateEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "state"
    },
    "state": {
     "enum": [
      "running",
      "requires_action",
      "idle"
     ]
    }
   },
   "required": [
    "type",
    "state"
   ]
  },
  "Stop": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "lastMessage": {
     "type": "string"
    },
    "active": {
     "type": "boolean"
    },
    "context": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ContextItem"
     }
    },
    "verdict": {
     "enum": [
      "stop",
      "go-on"
     ]
    },
    "reasons": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/GateReason"
     }
    }
   },
   "required": [
    "session",
    "lastMessage",
    "active",
    "context",
    "verdict",
    "reasons"
   ]
  },
  "StopFailure": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "error": {
     "$ref": "#/$defs/ModelError"
    }
   },
   "required": [
    "session",
    "error"
   ]
  },
  "StopReason": {
   "type": "string",
   "examples": [
    "end_turn",
    "tool_use",
    "max_tokens",
    "stop_sequence",
    "refusal",
    "pause_turn",
    "model_context_window_exceeded"
   ]
  },
  "StreamDeltaEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "stream_event"
    },
    "event": {
     "$ref": "#/$defs/ModelEvent"
    },
    "ttftMs": {
     "type": "number"
    }
   },
   "required": [
    "type",
    "event"
   ]
  },
  "SubagentStart": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "agent": {
     "type": "string"
    },
    "prompt": {
     "type": "string"
    },
    "omitInstructions": {
     "type": "boolean"
    },
    "context": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ContextItem"
     }
    }
   },
   "required": [
    "session",
    "agent",
    "prompt",
    "context"
   ]
  },
  "SubagentStop": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "agent": {
     "type": "string"
    },
    "lastMessage": {
     "type": "string"
    },
    "transcriptPath": {
     "type": "string"
    },
    "active": {
     "type": "boolean"
    },
    "context": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ContextItem"
     }
    },
    "verdict": {
     "enum": [
      "stop",
      "go-on"
     ]
    },
    "reasons": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/GateReason"
     }
    }
   },
   "required": [
    "session",
    "agent",
    "lastMessage",
    "active",
    "context",
    "verdict",
    "reasons"
   ]
  },
  "TaskGate": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "task": {
     "$ref": "#/$defs/JsonObject"
    },
    "verdict": {
     "enum": [
      "none",
      "deny"
     ]
    },
    "reasons": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/GateReason"
     }
    }
   },
   "required": [
    "session",
    "task",
    "verdict",
    "reasons"
   ]
  },
  "TaskNotificationEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "task_notification"
    },
    "taskId": {
     "type": "string"
    },
    "toolUseId": {
     "type": "string"
    },
    "status": {
     "enum": [
      "completed",
      "failed",
      "stopped"
     ]
    },
    "outputFile": {
     "type": "string"
    },
    "summary": {
     "type": "string"
    },
    "usage": {
     "$ref": "#/$defs/TaskUsage"
    }
   },
   "required": [
    "type",
    "taskId",
    "status",
    "outputFile",
    "summary"
   ]
  },
  "TaskProgressEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "task_progress"
    },
    "taskId": {
     "type": "string"
    },
    "description": {
     "type": "string"
    },
    "toolUseId": {
     "type": "string"
    },
    "usage": {
     "$ref": "#/$defs/TaskUsage"
    },
    "lastToolName": {
     "type": "string"
    },
    "summary": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "taskId",
    "description"
   ]
  },
  "TaskStartedEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "task_started"
    },
    "taskId": {
     "type": "string"
    },
    "taskType": {
     "type": "string"
    },
    "description": {
     "type": "string"
    },
    "toolUseId": {
     "type": "string"
    },
    "isBackgrounded": {
     "type": "boolean"
    },
    "agentType": {
     "type": "string"
    },
    "prompt": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "taskId",
    "taskType",
    "description"
   ]
  },
  "TaskUpdatedEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "task_updated"
    },
    "taskId": {
     "type": "string"
    },
    "patch": {
     "type": "object",
     "properties": {
      "status": {
       "enum": [
        "running",
        "completed",
        "failed",
        "killed"
       ]
      },
      "isBackgrounded": {
       "type": "boolean"
      },
      "description": {
       "type": "string"
      }
     }
    }
   },
   "required": [
    "type",
    "taskId",
    "patch"
   ]
  },
  "TaskUsage": {
   "type": "object",
   "properties": {
    "totalTokens": {
     "type": "number"
    },
    "toolUses": {
     "type": "number"
    },
    "durationMs": {
     "type": "number"
    }
   },
   "required": [
    "totalTokens",
    "toolUses",
    "durationMs"
   ]
  },
  "TasksChangedEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "tasks_changed"
    },
    "tasks": {
     "type": "array",
     "items": {
      "type": "object",
      "properties": {
       "taskId": {
        "type": "string"
       },
       "taskType": {
        "type": "string"
       },
       "description": {
        "type": "string"
       },
       "agentType": {
        "type": "string"
       }
      },
      "required": [
       "taskId",
       "taskType",
       "description"
      ]
     }
    }
   },
   "required": [
    "type",
    "tasks"
   ]
  },
  "TextBlock": {
   "type": "object",
   "properties": {
    "type": {
     "const": "text"
    },
    "text": {
     "type": "string"
    },
    "citations": {
     "anyOf": [
      {
       "type": "array"
      },
      {
       "type": "null"
      }
     ]
    }
   },
   "required": [
    "type",
    "text"
   ]
  },
  "ThinkingBlock": {
   "type": "object",
   "properties": {
    "type": {
     "const": "thinking"
    },
    "thinking": {
     "type": "string"
    },
    "signature": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "thinking",
    "signature"
   ]
  },
  "ToolOffer": {
   "type": "object",
   "properties": {
    "name": {
     "type": "string"
    },
    "description": {
     "type": "string"
    },
    "inputSchema": {
     "$ref": "#/$defs/JsonSchema"
    }
   },
   "required": [
    "name",
    "description",
    "inputSchema"
   ]
  },
  "ToolOutcome": {
   "type": "object",
   "properties": {
    "id": {
     "type": "string"
    },
    "tool": {
     "type": "string"
    },
    "input": {
     "$ref": "#/$defs/JsonObject"
    },
    "isError": {
     "type": "boolean"
    },
    "content": {
     "anyOf": [
      {
       "type": "string"
      },
      {
       "type": "array",
       "items": {
        "anyOf": [
         {
          "$ref": "#/$defs/TextBlock"
         },
         {
          "$ref": "#/$defs/ImageBlock"
         },
         {
          "$ref": "#/$defs/DocumentBlock"
         }
        ]
       }
      }
     ]
    }
   },
   "required": [
    "id",
    "tool",
    "input",
    "isError",
    "content"
   ]
  },
  "ToolProgressEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "tool_progress"
    },
    "toolUseId": {
     "type": "string"
    },
    "toolName": {
     "type": "string"
    },
    "elapsedMs": {
     "type": "number"
    },
    "note": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "toolUseId",
    "toolName",
    "elapsedMs",
    "note"
   ]
  },
  "ToolResultBlock": {
   "type": "object",
   "properties": {
    "type": {
     "const": "tool_result"
    },
    "tool_use_id": {
     "type": "string"
    },
    "content": {
     "anyOf": [
      {
       "type": "string"
      },
      {
       "type": "array",
       "items": {
        "anyOf": [
         {
          "$ref": "#/$defs/TextBlock"
         },
         {
          "$ref": "#/$defs/ImageBlock"
         },
         {
          "$ref": "#/$defs/DocumentBlock"
         }
        ]
       }
      }
     ]
    },
    "is_error": {
     "type": "boolean"
    }
   },
   "required": [
    "type",
    "tool_use_id"
   ]
  },
  "ToolUseBlock": {
   "type": "object",
   "properties": {
    "type": {
     "const": "tool_use"
    },
    "id": {
     "type": "string"
    },
    "name": {
     "type": "string"
    },
    "input": {}
   },
   "required": [
    "type",
    "id",
    "name",
    "input"
   ]
  },
  "Trigger": {
   "enum": [
    "startup",
    "idle"
   ]
  },
  "TurnStart": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "turn": {
     "type": "number"
    },
    "system": {
     "type": "array",
     "items": {
      "type": "string"
     }
    },
    "tools": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ToolOffer"
     }
    },
    "added": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/Message"
     }
    }
   },
   "required": [
    "session",
    "turn",
    "system",
    "tools",
    "added"
   ]
  },
  "Usage": {
   "type": "object",
   "properties": {
    "input_tokens": {
     "type": "number"
    },
    "output_tokens": {
     "type": "number"
    },
    "cache_creation_input_tokens": {
     "type": "number"
    },
    "cache_read_input_tokens": {
     "type": "number"
    }
   },
   "required": [
    "input_tokens",
    "output_tokens"
   ]
  },
  "Used": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "id": {
     "type": "string"
    },
    "tool": {
     "type": "string"
    },
    "input": {
     "$ref": "#/$defs/JsonObject"
    },
    "context": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ContextItem"
     }
    },
    "durationMs": {
     "type": "number"
    }
   },
   "required": [
    "session",
    "id",
    "tool",
    "input",
    "context",
    "durationMs"
   ]
  },
  "UserEvent": {
   "type": "object",
   "properties": {
    "type": {
     "const": "user"
    },
    "message": {
     "type": "object",
     "properties": {
      "role": {
       "const": "user"
      },
      "content": {
       "anyOf": [
        {
         "type": "string"
        },
        {
         "type": "array",
         "items": {
          "$ref": "#/$defs/ContentBlock"
         }
        }
       ]
      }
     },
     "required": [
      "role",
      "content"
     ]
    },
    "source": {
     "enum": [
      "user",
      "sdk",
      "system",
      "tool"
     ]
    },
    "promptId": {
     "type": "string"
    },
    "permissionMode": {
     "$ref": "#/$defs/PermissionMode"
    },
    "isMeta": {
     "type": "boolean"
    },
    "toolUseResult": {},
    "decisions": {
     "type": "array",
     "items": {
      "type": "object",
      "properties": {
       "id": {
        "type": "string"
       },
       "decision": {
        "enum": [
         "allow",
         "deny"
        ]
       },
       "source": {
        "type": "string"
       }
      },
      "required": [
       "id",
       "decision",
       "source"
      ]
     }
    },
    "answers": {
     "type": "string"
    }
   },
   "required": [
    "type",
    "message",
    "source"
   ]
  },
  "UserPromptExpansion": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "command": {
     "type": "string"
    },
    "args": {
     "type": "string"
    },
    "source": {
     "type": "string"
    },
    "prompt": {
     "type": "string"
    },
    "text": {
     "type": "string"
    },
    "context": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ContextItem"
     }
    },
    "verdict": {
     "enum": [
      "none",
      "deny"
     ]
    },
    "reasons": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/GateReason"
     }
    }
   },
   "required": [
    "session",
    "command",
    "args",
    "source",
    "prompt",
    "text",
    "context",
    "verdict",
    "reasons"
   ]
  },
  "UserPromptSubmit": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "text": {
     "type": "string"
    },
    "images": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ContentBlock"
     }
    },
    "source": {
     "enum": [
      "user",
      "sdk",
      "system"
     ]
    },
    "context": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/ContextItem"
     }
    },
    "verdict": {
     "enum": [
      "none",
      "deny"
     ]
    },
    "reasons": {
     "type": "array",
     "items": {
      "$ref": "#/$defs/GateReason"
     }
    }
   },
   "required": [
    "session",
    "text",
    "images",
    "source",
    "context",
    "verdict",
    "reasons"
   ]
  },
  "Verdict": {
   "enum": [
    "none",
    "allow",
    "ask",
    "defer",
    "deny"
   ]
  },
  "WorktreeCreate": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "name": {
     "type": "string"
    }
   },
   "required": [
    "session",
    "name"
   ]
  },
  "WorktreeRemove": {
   "type": "object",
   "properties": {
    "session": {
     "$ref": "#/$defs/SessionRef"
    },
    "path": {
     "type": "string"
    }
   },
   "required": [
    "session",
    "path"
   ]
  }
 }
};
