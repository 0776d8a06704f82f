/** Of this program; the package's own number, kept equal by a test. */
export const version = '0.1.0';
