import type { PinForm } from '../../src/pins/pin.ts';

/** A way in which charts name an image: values with their edits marked, and how its templates put them together. */
export interface HelmShape {
  readonly name: string;
  /** `«before|after»`, for a promotion of 1.2.3 to 1.3.0 at `eu.acme.com/prod/api`. */
  readonly values: string;
  /** A Go template of the reference. */
  readonly image: string;
  /** What it renders before. */
  readonly before: string;
  /** What it renders after; default: `eu.acme.com/prod/api:1.3.0@NEW`. */
  readonly after?: string;
  /** How the pin is written; default: with its digest. */
  readonly form?: PinForm;
}

export const OLD_NAME = 'ghcr.io/acme/api';
export const MOVED = '«ghcr.io/acme|eu.acme.com/prod»/api';

/** Templates as the charts of the field have them. */
export const HELM_SHAPES: readonly HelmShape[] = [
  {
    name: 'repository and tag',
    values: `image:\n  repository: ${MOVED}\n  tag: "«1.2.3|1.3.0@NEW»"\n`,
    image: '{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'registry, repository, tag and digest',
    values:
      'image: { registry: «ghcr.io|eu.acme.com», repository: «acme|prod»/api, tag: «1.2.3|1.3.0», digest: "«|NEW»" }\n',
    image:
      '{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.image.digest }}@{{ . }}{{ end }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'imageRepository and imageTag',
    values: `imageRepository: ${MOVED}\nimageTag: «1.2.3|1.3.0@NEW»\n`,
    image: '{{ .Values.imageRepository }}:{{ .Values.imageTag }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'imageName and imageTag',
    values: `api:\n  imageName: ${MOVED}\n  imageTag: '«1.2.3|1.3.0@NEW»'\n`,
    image: '{{ .Values.api.imageName }}:{{ .Values.api.imageTag }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'imageName and imageVersion',
    values: `api: { imageName: ${MOVED}, imageVersion: «1.2.3|1.3.0@NEW» }\n`,
    image: '{{ .Values.api.imageName }}:{{ .Values.api.imageVersion }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'a name of its own before the keys',
    values: `workerImageRepository: ${MOVED}\nworkerImageTag: «1.2.3|1.3.0@NEW»\nwebImageTag: 1.2.3\n`,
    image: '{{ .Values.workerImageRepository }}:{{ .Values.workerImageTag }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'keys in snake case',
    values: `api: { image_repository: ${MOVED}, image_tag: «1.2.3|1.3.0@NEW» }\n`,
    image: '{{ .Values.api.image_repository }}:{{ .Values.api.image_tag }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'name and tag of an image',
    values: `image: { name: ${MOVED}, tag: «1.2.3|1.3.0@NEW» }\n`,
    image: '{{ .Values.image.name }}:{{ .Values.image.tag }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'repo, image and tag',
    values: 'api: { repo: «ghcr.io/acme|eu.acme.com/prod», image: api, tag: «1.2.3|1.3.0@NEW» }\n',
    image: '{{ .Values.api.repo }}/{{ .Values.api.image }}:{{ .Values.api.tag }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'repository and version',
    values: `image: { repository: ${MOVED}, version: «1.2.3|1.3.0@NEW» }\n`,
    image: '{{ .Values.image.repository }}:{{ .Values.image.version }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'image and version of an image',
    values: `api: { image: { image: ${MOVED}, version: «1.2.3|1.3.0@NEW» } }\n`,
    image: '{{ .Values.api.image.image }}:{{ .Values.api.image.version }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'hub and tag',
    values: 'api: { hub: «ghcr.io/acme|eu.acme.com/prod», image: api, tag: «1.2.3|1.3.0@NEW» }\n',
    image: '{{ .Values.api.hub }}/{{ .Values.api.image }}:{{ .Values.api.tag }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'hub and tag for all images',
    values:
      'global: { hub: «ghcr.io/acme|eu.acme.com/prod», tag: «1.2.3|1.3.0@NEW» }\npilot: { image: api }\n',
    image: '{{ .Values.global.hub }}/{{ .Values.pilot.image }}:{{ .Values.global.tag }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'a global registry',
    values:
      'global: { imageRegistry: «ghcr.io|eu.acme.com» }\nimage: { registry: docker.io, repository: «acme|prod»/api, tag: «1.2.3|1.3.0@NEW» }\n',
    image:
      '{{ .Values.global.imageRegistry | default .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'a registry that holds all but the tag',
    values: `image: { registry: ${MOVED}, tag: «1.2.3|1.3.0@NEW» }\n`,
    image: '{{ .Values.image.registry }}:{{ .Values.image.tag }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'a merge key',
    values: `base: &base { repository: ${MOVED}, pullPolicy: Always }\nweb: { image: { <<: *base, tag: «1.2.3|1.3.0@NEW» } }\n`,
    image: '{{ .Values.web.image.repository }}:{{ .Values.web.image.tag }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'a bare SHA-256',
    values: `image: { repository: ${MOVED}, tag: «1.2.3|1.3.0», sha: '«OLDHEX|NEWHEX»' }\n`,
    image:
      '{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.image.sha }}@sha256:{{ . }}{{ end }}',
    before: `${OLD_NAME}:1.2.3@OLD`,
  },
  {
    name: 'an empty SHA-256',
    values: `image: { repository: ${MOVED}, tag: «1.2.3|1.3.0», sha256: "«|NEWHEX»" }\n`,
    image:
      '{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.image.sha256 }}@sha256:{{ . }}{{ end }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'an imageDigest',
    values: `imageRepository: ${MOVED}\nimageTag: «1.2.3|1.3.0»\nimageDigest: «OLD|NEW»\n`,
    image:
      '{{ .Values.imageRepository }}:{{ .Values.imageTag }}{{ with .Values.imageDigest }}@{{ . }}{{ end }}',
    before: `${OLD_NAME}:1.2.3@OLD`,
  },
  {
    name: 'an imageSha with its algorithm',
    values: `image: { repository: ${MOVED}, tag: «1.2.3|1.3.0», imageSha: «OLD|NEW» }\n`,
    image: '{{ .Values.image.repository }}:{{ .Values.image.tag }}@{{ .Values.image.imageSha }}',
    before: `${OLD_NAME}:1.2.3@OLD`,
  },
  {
    name: 'a digest with its sign',
    values: `image: { repository: ${MOVED}, tag: «1.2.3|1.3.0», digest: "@«OLD|NEW»" }\n`,
    image: '{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ .Values.image.digest }}',
    before: `${OLD_NAME}:1.2.3@OLD`,
  },
  {
    name: 'a digest in bare hexadecimal',
    values: `image: { repository: ${MOVED}, tag: «1.2.3|1.3.0», digest: "«OLDHEX|NEWHEX»" }\n`,
    image: '{{ .Values.image.repository }}:{{ .Values.image.tag }}@sha256:{{ .Values.image.digest }}',
    before: `${OLD_NAME}:1.2.3@OLD`,
  },
  {
    name: 'a tag with its sign',
    values: `image: { repository: ${MOVED}, tag: ":«1.2.3|1.3.0@NEW»" }\n`,
    image: '{{ .Values.image.repository }}{{ .Values.image.tag }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'a digest in the place of a tag',
    values: `image: { repository: ${MOVED}, tag: "«OLD|NEW»" }\n`,
    image:
      '{{ .Values.image.repository }}{{ if hasPrefix "sha256:" .Values.image.tag }}@{{ else }}:{{ end }}{{ .Values.image.tag }}',
    before: `${OLD_NAME}@OLD`,
    after: 'eu.acme.com/prod/api@NEW',
  },
  {
    name: 'a digest with its sign in the place of a tag',
    values: `image: { repository: ${MOVED}, tag: "@«OLD|NEW»" }\n`,
    image: '{{ .Values.image.repository }}{{ .Values.image.tag }}',
    before: `${OLD_NAME}@OLD`,
    after: 'eu.acme.com/prod/api@NEW',
  },
  {
    name: 'a whole reference',
    values: `workerImage: ${MOVED}:«1.2.3|1.3.0@NEW»\n`,
    image: '{{ .Values.workerImage }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'a map of references',
    values: `images: { api: "${MOVED}:«1.2.3|1.3.0@NEW»", other: "docker.io/x/y:1" }\n`,
    image: '{{ .Values.images.api }}',
    before: `${OLD_NAME}:1.2.3`,
  },
  {
    name: 'a list of references',
    values: `extra: [ "docker.io/x/y:1", "${MOVED}:«1.2.3|1.3.0@NEW»" ]\n`,
    image: '{{ index .Values.extra 1 }}',
    before: `${OLD_NAME}:1.2.3`,
  },
];
