import { type ComponentOrigin, defineExtension, type Extension, type Skill, Skills } from 'tenon/plugin-api';

/** A skill with everything that a test does not say. */
export interface GivenSkill extends Partial<Omit<Skill, 'body'>> {
  readonly name: string;
  readonly body?: string;
}

const ORIGIN: ComponentOrigin = { kind: 'user', trusted: true };

/** An extension that contributes skills, as the reader of folders does. */
export function giving(...given: readonly GivenSkill[]): Extension {
  const items = given.map(({ body = '', ...skill }): Skill => {
    return { description: `The skill ${skill.name}`, origin: ORIGIN, ...skill, body: async () => body };
  });
  const declared = items.map(
    ({ name, description, whenToUse, modelInvocable, userInvocable, paths, origin, ...rest }) => ({
      name,
      description,
      origin,
      ...(rest.arguments && { arguments: rest.arguments }),
      ...(rest.command && { command: rest.command }),
      ...(whenToUse && { whenToUse }),
      ...(paths && { paths }),
      ...(modelInvocable === false && { modelInvocable }),
      ...(userInvocable === false && { userInvocable }),
    }),
  );
  return defineExtension({
    manifest: { id: 'giver', version: '1', api: 1, contributes: { skills: declared } },
    setup(api) {
      for (const item of items) api.add(Skills, item);
    },
  });
}
