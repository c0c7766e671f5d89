/** The version of the package. A test holds it to package.json, which the built program does not read. */
export const version = '0.1.0';
