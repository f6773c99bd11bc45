import { type Document, isAlias, isNode, LineCounter, parseDocument, visit, type YAMLMap } from 'yaml';
import { PromoteError } from '../../errors.ts';
import { redactInPlace } from '../../secrets/redact.ts';
import { ConfigurationError } from './configuration-error.ts';
import { excerptOf, type Span } from './excerpt.ts';
import type { Issue, Problem } from './issue.ts';
import { keyOf, rangeOf, spanOf } from './locate-issue.ts';

/** A YAML file's plain value, and where its parts are in the text. */
export interface YamlFile {
  readonly value: unknown;
  /** Errors with which the file can still be read: duplicate keys, unknown tags. */
  readonly problems: readonly Problem[];
  locate(issue: Issue): Problem;
}

const SIZE_LIMIT = 1024 * 1024;
const ALIAS_LIMIT = 100;
const DEPTH_LIMIT = 100;

/**
 * Reads one document of YAML 1.2 core, at most 1 MiB (else `TOO_LARGE`) and with bounded alias expansion; throws
 * `ConfigurationError` where its syntax is broken. https://yaml.org/spec/1.2.2/#103-core-schema
 */
export function readYaml(text: string, path: string): YamlFile {
  const size = Buffer.byteLength(text);
  if (size > SIZE_LIMIT) {
    throw new PromoteError('TOO_LARGE', `read ${path}: ${size} bytes, expected at most ${SIZE_LIMIT}`);
  }
  const lines = new LineCounter();
  // `uniqueKeys` takes minutes on a wide map of 1 MiB; duplicates are looked for below.
  const document: Document = parseDocument(text, {
    schema: 'core',
    merge: false,
    stringKeys: true,
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  let shown: string | undefined;
  // The whole text is redacted at once: a single line does not show that it is part of a key.
  const withoutSecrets = () => {
    shown ??= redactInPlace(text);
    return shown;
  };
  const problemAt = (span: Span, message: string, hint?: string): Problem => ({
    message: redactInPlace(message),
    hint,
    ...excerptOf(withoutSecrets(), lines, span),
  });
  const deep = deepNodes(document);
  const broken = deep.length > 0 ? deep : [...syntaxIssues(document), ...danglingAliases(document)];
  if (broken.length > 0) {
    throw new ConfigurationError(
      path,
      broken.map(({ span, message }) => problemAt(span, message)),
    );
  }
  return {
    value: plainValue(document, path),
    problems: [...unknownTags(document), ...unsafeKeys(document)].map(({ span, message }) =>
      problemAt(span, message),
    ),
    locate: issue => problemAt(spanOf(document, issue), issue.message, hintOf(issue)),
  };
}

function hintOf({ hint }: Issue): string | undefined {
  return typeof hint === 'function' ? hint() : hint;
}

interface YamlIssue {
  readonly span: Span;
  readonly message: string;
}

function syntaxIssues({ errors, directives }: Document): readonly YamlIssue[] {
  // This error's message and causes are those of the JavaScript engine, so another message replaces it.
  const exhausted = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (exhausted !== undefined) {
    const [start, end] = exhausted.pos;
    return [{ span: { start, end }, message: TOO_DEEP }];
  }
  const version = directives?.yaml.version;
  const issues = errors.map(({ pos: [start, end], code, message }) => ({
    span: { start, end },
    // The library's messages name its own functions.
    message: code === 'MULTIPLE_DOCS' ? 'another document begins here; expected one' : message,
  }));
  if (version === undefined || version === '1.2') return issues;
  return [...issues, { span: { start: 0, end: 0 }, message: `YAML ${version}, expected 1.2` }];
}

const TOO_DEEP = `nested too deeply: at most ${DEPTH_LIMIT} levels are read`;

function deepNodes(document: Document): readonly YamlIssue[] {
  const issues: YamlIssue[] = [];
  visit(document, {
    Collection: (_, node, { length }) => {
      // A pair is a step of its own on the path to a value.
      if (length <= 2 * DEPTH_LIMIT) return undefined;
      issues.push({ span: rangeOf(node), message: TOO_DEEP });
      return visit.BREAK;
    },
  });
  return issues;
}

function danglingAliases(document: Document): readonly YamlIssue[] {
  const anchors = new Set<string>();
  const issues: YamlIssue[] = [];
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        if (!anchors.has(node.source)) {
          issues.push({
            span: rangeOf(node),
            message: `no anchor ${JSON.stringify(node.source)} before this`,
          });
        }
      } else if (node.anchor !== undefined) anchors.add(node.anchor);
    },
  });
  return issues;
}

function unknownTags({ warnings }: Document): readonly YamlIssue[] {
  return warnings.map(({ pos, message }) => ({ span: { start: pos[0], end: pos[1] }, message }));
}

/** Keys given twice, and `__proto__`, which a plain object cannot carry safely. */
function unsafeKeys(document: Document): readonly YamlIssue[] {
  const maps: YAMLMap[] = [];
  visit(document, { Map: (_, map) => void maps.push(map) });
  return maps.flatMap(unsafeKeysOf);
}

function unsafeKeysOf(map: YAMLMap): readonly YamlIssue[] {
  const seen = new Set(['__proto__']);
  return map.items.flatMap(pair => {
    const key = keyOf(pair);
    const message = key === '__proto__' ? 'this key is not allowed' : `duplicate key ${JSON.stringify(key)}`;
    const issue = seen.has(key) && isNode(pair.key) ? [{ span: rangeOf(pair.key), message }] : [];
    seen.add(key);
    return issue;
  });
}

function plainValue(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIAS_LIMIT });
  } catch (cause) {
    // For aliases, the library throws a `ReferenceError`.
    if (!(cause instanceof ReferenceError)) throw cause;
    throw new PromoteError('TOO_LARGE', `read ${path}: its aliases expand too far`, {
      hint: `an anchor may be used at most ${ALIAS_LIMIT} times, counting aliases within it`,
      cause,
    });
  }
}
