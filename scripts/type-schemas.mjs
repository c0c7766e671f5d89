import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseSync } from 'rolldown/utils';
import { pathOf, root } from './bundle.mjs';

/** A type that JSON cannot carry: members of such types are left out. */
const NOT_JSON = Symbol('not JSON');
const KEYWORDS = {
  TSStringKeyword: { type: 'string' },
  TSNumberKeyword: { type: 'number' },
  TSBooleanKeyword: { type: 'boolean' },
  TSNullKeyword: { type: 'null' },
  TSObjectKeyword: { type: 'object' },
  TSUnknownKeyword: {},
  TSAnyKeyword: {},
};

/**
 * JSON Schemas (draft 2020-12) of types that the sources declare. It knows what our declarations use: interfaces, unions,
 * lists, literals, and the usual helpers. Doc comments become descriptions; functions, symbols and signals are left out.
 */
export class TypeSchemas {
  /** By path relative to the repository: the declarations of a file by name, and what it imports. */
  #files = new Map();
  #defs = {};

  /** @param {string} folder whose `.ts` files are read, relative to the repository */
  static async of(folder) {
    const schemas = new TypeSchemas();
    for (const entry of await readdir(join(root, folder), { recursive: true })) {
      if (!entry.endsWith('.ts')) continue;
      const path = pathOf(join(root, folder, entry));
      schemas.#read(path, await readFile(join(root, path), 'utf8'));
    }
    return schemas;
  }

  /** What `schemaOf` referred to so far, by name. */
  get definitions() {
    return Object.fromEntries(Object.entries(this.#defs).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The schema of a declared type, which goes into the definitions. */
  schemaOf(path, name) {
    return this.#reference(path, name, []);
  }

  /**
   * The types that hooks are made with, by hook: `Name: gate<Value, Patch>(…)` in an object of a file.
   * @returns {{ name: string, description: string | undefined, value: object, patch: object | undefined }[]}
   */
  hooksOf(path) {
    const file = this.#files.get(path);
    const makers = new Map();
    const hooks = [];
    const constants = file.body.flatMap((node) => {
      const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
      return declaration?.type === 'VariableDeclaration' ? declaration.declarations : [];
    });
    for (const { id, init } of constants) {
      if (init?.type === 'ArrowFunctionExpression') makers.set(id.name, init.body);
      if (init?.type !== 'ObjectExpression') continue;
      for (const property of init.properties) {
        if (property.type !== 'Property' || property.value.type !== 'CallExpression') continue;
        const call = property.value.typeArguments ? property.value : makers.get(property.value.callee.name);
        const [value, patch] = call?.typeArguments?.params ?? [];
        if (value === undefined) throw new Error(`${path}: the type of ${property.key.name} is not known`);
        const name = property.key.name;
        hooks.push({
          name,
          description: this.#comment(file, property.start),
          value: this.#convert(value, path, {}),
          patch: patch && this.#convert(patch, path, {}),
        });
      }
    }
    return hooks;
  }

  #read(path, text) {
    const { program, comments, errors } = parseSync(path, text);
    if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
    const declared = new Map();
    const imports = new Map();
    for (const node of program.body) {
      if (node.type === 'ImportDeclaration') {
        for (const { imported, local } of node.specifiers)
          imports.set(local.name, { name: imported.name, from: pathOf(join(root, dirname(path), node.source.value)) });
        continue;
      }
      const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
      if (!/^(TSInterfaceDeclaration|TSTypeAliasDeclaration|ClassDeclaration)$/.test(declaration?.type)) continue;
      declared.set(declaration.id.name, { declaration, start: node.start });
    }
    this.#files.set(path, { text, body: program.body, comments, declared, imports });
  }

  /** The declaration that a name in a file stands for. */
  #find(path, name) {
    const file = this.#files.get(path);
    const own = file.declared.get(name);
    if (own) return { path, ...own };
    const imported = file.imports.get(name);
    return imported && this.#files.has(imported.from) ? this.#find(imported.from, imported.name) : undefined;
  }

  #reference(path, name, args) {
    const found = this.#find(path, name);
    if (found === undefined) return NOT_JSON;
    const parameters = found.declaration.typeParameters?.params ?? [];
    if (parameters.length > 0) {
      const bound = Object.fromEntries(
        parameters.map((one, at) => [
          one.name.name,
          args[at] ?? (one.default ? this.#convert(one.default, found.path, {}) : {}),
        ]),
      );
      return this.#declared(found, bound);
    }
    const own = found.declaration.id.name;
    if (!(own in this.#defs)) {
      this.#defs[own] = {};
      const schema = this.#declared(found, {});
      if (schema === NOT_JSON) delete this.#defs[own];
      else this.#defs[own] = schema;
    }
    return own in this.#defs ? { $ref: `#/$defs/${own}` } : NOT_JSON;
  }

  #declared({ path, declaration, start }, bound) {
    const description = this.#comment(this.#files.get(path), start);
    const schema =
      declaration.type === 'TSTypeAliasDeclaration'
        ? this.#convert(declaration.typeAnnotation, path, bound)
        : this.#members(declaration, path, bound);
    return schema === NOT_JSON ? schema : described(schema, description);
  }

  #members(declaration, path, bound) {
    const properties = {};
    const required = [];
    let additional;
    const isClass = declaration.type === 'ClassDeclaration';
    if (isClass) Object.assign(properties, { name: { type: 'string' }, message: { type: 'string' } });
    for (const parent of isClass ? [] : (declaration.extends ?? [])) {
      const schema = this.#resolved(this.#reference(path, parent.expression.name, []));
      Object.assign(properties, schema.properties);
      required.push(...(schema.required ?? []));
    }
    const members = declaration.body?.body ?? declaration.members;
    for (const member of members) {
      if (member.type === 'TSIndexSignature') {
        additional = this.#convert(member.typeAnnotation.typeAnnotation, path, bound);
        continue;
      }
      const type = member.typeAnnotation?.typeAnnotation;
      if (!['TSPropertySignature', 'PropertyDefinition'].includes(member.type) || type === undefined || member.static)
        continue;
      const name = member.key.name ?? member.key.value;
      const schema = this.#convert(type, path, bound);
      if (schema === NOT_JSON) continue;
      properties[name] = described(schema, this.#comment(this.#files.get(path), member.start));
      if (!member.optional && !allowsUndefined(type)) required.push(name);
    }
    return {
      type: 'object',
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(required.length > 0 && { required: [...new Set(required)] }),
      ...(additional !== undefined &&
        additional !== NOT_JSON &&
        Object.keys(additional).length > 0 && { additionalProperties: additional }),
    };
  }

  #convert(type, path, bound) {
    if (type.type in KEYWORDS) return { ...KEYWORDS[type.type] };
    switch (type.type) {
      case 'TSLiteralType':
        return type.literal.type === 'TemplateLiteral' ? { type: 'string' } : { const: type.literal.value };
      case 'TSTemplateLiteralType':
        return { type: 'string' };
      case 'TSParenthesizedType':
        return this.#convert(type.typeAnnotation, path, bound);
      case 'TSTypeOperator':
        return type.operator === 'readonly' ? this.#convert(type.typeAnnotation, path, bound) : NOT_JSON;
      case 'TSArrayType':
        return listOf(this.#convert(type.elementType, path, bound));
      case 'TSTupleType':
        return { type: 'array' };
      case 'TSUnionType':
        return this.#union(type.types, path, bound);
      case 'TSIntersectionType':
        return this.#intersection(type.types, path, bound);
      case 'TSTypeLiteral':
        return this.#members(type, path, bound);
      case 'TSTypeReference':
        return this.#named(type, path, bound);
      case 'TSIndexedAccessType': {
        const of = this.#resolved(this.#convert(type.objectType, path, bound));
        const key = type.indexType.literal?.value;
        return of.properties?.[key] ?? {};
      }
      default:
        return NOT_JSON;
    }
  }

  #named(type, path, bound) {
    const name = type.typeName.name;
    const args = () => (type.typeArguments?.params ?? []).map((one) => this.#convert(one, path, bound));
    if (name in bound) return bound[name];
    switch (name) {
      case 'Readonly':
      case 'Partial':
      case 'Required':
      case 'NonNullable':
        return this.#shaped(name, args()[0]);
      case 'ReadonlyArray':
      case 'Array':
        return listOf(args()[0]);
      case 'Record': {
        const [, values] = args();
        return values === NOT_JSON
          ? NOT_JSON
          : { type: 'object', ...(Object.keys(values).length > 0 && { additionalProperties: values }) };
      }
      case 'Omit':
      case 'Pick': {
        const [of] = args();
        const keys = literalsOf(type.typeArguments.params[1]);
        return this.#picked(of, (key) => keys.includes(key) === (name === 'Pick'));
      }
      case 'Awaitable':
        return args()[0];
      default:
        return this.#reference(path, name, type.typeArguments ? args() : []);
    }
  }

  #shaped(name, schema) {
    if (name !== 'Partial' || schema === NOT_JSON) return schema;
    const { required: _required, ...rest } = this.#resolved(schema);
    return rest;
  }

  #picked(schema, keep) {
    const { properties = {}, required = [], ...rest } = this.#resolved(schema);
    return {
      ...rest,
      properties: Object.fromEntries(Object.entries(properties).filter(([key]) => keep(key))),
      required: required.filter(keep),
    };
  }

  #union(types, path, bound) {
    const parts = types
      .filter((one) => one.type !== 'TSUndefinedKeyword' && one.type !== 'TSVoidKeyword' && !isOpenText(one))
      .map((one) => this.#convert(one, path, bound))
      .filter((one) => one !== NOT_JSON);
    if (parts.length === 0) return NOT_JSON;
    const words = parts.flatMap((part) => ('const' in part ? [part.const] : (part.enum ?? [])));
    const open = types.some(isOpenText);
    if (open) return { type: 'string', ...(words.length > 0 && { examples: words }) };
    const others = parts.filter((part) => !('const' in part || 'enum' in part));
    const all = [
      ...(words.length === 1 ? [{ const: words[0] }] : words.length > 1 ? [{ enum: words }] : []),
      ...others,
    ];
    return all.length === 1 ? all[0] : { anyOf: all };
  }

  #intersection(types, path, bound) {
    const parts = types.map((one) => this.#resolved(this.#convert(one, path, bound)));
    return {
      type: 'object',
      properties: Object.assign({}, ...parts.map(({ properties }) => properties ?? {})),
      required: parts.flatMap(({ required = [] }) => required),
    };
  }

  #resolved(schema) {
    if (schema === NOT_JSON) return {};
    return schema.$ref ? this.#resolved(this.#defs[schema.$ref.slice('#/$defs/'.length)] ?? {}) : schema;
  }

  /** The doc comment that ends where something begins. */
  #comment(file, start) {
    const comment = file.comments.findLast(
      (one) => one.end <= start && one.type === 'Block' && one.value.startsWith('*'),
    );
    if (comment === undefined || file.text.slice(comment.end, start).trim() !== '') return undefined;
    const text = comment.value
      .slice(1)
      .replace(/\s*\n\s*\*?\s*/g, ' ')
      .trim();
    return text.replace(/\s@(throws|param).*$/, '').replaceAll('`', '');
  }
}

function described(schema, description) {
  return description === undefined || schema === NOT_JSON ? schema : { description, ...schema };
}

function listOf(items) {
  return items === NOT_JSON ? NOT_JSON : { type: 'array', ...(Object.keys(items).length > 0 && { items }) };
}

function allowsUndefined(type) {
  return type.type === 'TSUnionType' && type.types.some((one) => one.type === 'TSUndefinedKeyword');
}

/** `string & {}`: any text, beside the words that are named. */
function isOpenText(type) {
  const inner = type.type === 'TSParenthesizedType' ? type.typeAnnotation : type;
  return inner.type === 'TSIntersectionType' && inner.types.some((one) => one.type === 'TSStringKeyword');
}

function literalsOf(type) {
  return (type.type === 'TSUnionType' ? type.types : [type]).map((one) => one.literal?.value);
}
