/** This machine cannot run a node now: no Java or Maven, or Maven Central is out of reach. Nothing is wrong with the project. */
export class UnavailableError extends Error {}
