import type { DocumentFormat, FileFormat } from './format.ts';
import { argoCd } from './formats/argo-cd.ts';
import { compose } from './formats/compose.ts';
import { devcontainer } from './formats/devcontainer.ts';
import { dockerfile } from './formats/dockerfile.ts';
import { env } from './formats/env.ts';
import { flux } from './formats/flux.ts';
import { githubWorkflow } from './formats/github-workflow.ts';
import { gitlabCi } from './formats/gitlab-ci.ts';
import { helm } from './formats/helm.ts';
import { helmChart } from './formats/helm-chart.ts';
import { helmfile } from './formats/helmfile.ts';
import { kubernetes } from './formats/kubernetes.ts';
import { kustomize } from './formats/kustomize.ts';

/** Formats that are recognised by the path; these have priority over the content. */
export const FILE_FORMATS: readonly FileFormat[] = [
  dockerfile,
  compose,
  gitlabCi,
  githubWorkflow,
  devcontainer,
  env,
];

/** Formats of YAML documents in any other file. The first one that matches a document counts. */
export const DOCUMENT_FORMATS: readonly DocumentFormat[] = [
  kustomize,
  argoCd,
  flux,
  kubernetes,
  helmChart,
  helmfile,
  helm,
];

/** The format that a file's path shows; `undefined` for any other file, deployment files included. */
export function fileFormat(path: string): FileFormat | undefined {
  return FILE_FORMATS.find(format => format.is(path));
}

/** Whether a CI runs the file. Such a file is changed only where somebody asked for it by name. */
export function isCiFile(path: string): boolean {
  return /^\.github\//i.test(path) || gitlabCi.is(path);
}
