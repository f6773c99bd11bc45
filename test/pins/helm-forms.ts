import { type HelmShape, MOVED, OLD_NAME } from './helm-shapes.ts';

const ON_REPOSITORY =
  '{{ .Values.image.repository }}{{ if not (contains "@" .Values.image.repository) }}:{{ .Values.image.tag }}{{ end }}';

/** Each form in which a pin may be written, as charts take it. */
export const HELM_FORMS: readonly HelmShape[] = [
  {
    name: 'a tag alone, for a chart with a digest key',
    form: 'tag',
    values: `image: { repository: ${MOVED}, tag: «1.2.3|1.3.0», digest: "«OLD|»" }\n`,
    image:
      '{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.image.digest }}@{{ . }}{{ end }}',
    before: `${OLD_NAME}:1.2.3@OLD`,
    after: 'eu.acme.com/prod/api:1.3.0',
  },
  {
    name: 'a tag alone beside an empty digest',
    form: 'tag',
    values: `image:\n  repository: ${MOVED}\n  tag: «1.2.3|1.3.0»\n  digest: # none\n`,
    image: '{{ .Values.image.repository }}:{{ .Values.image.tag }}',
    before: `${OLD_NAME}:1.2.3`,
    after: 'eu.acme.com/prod/api:1.3.0',
  },
  {
    name: 'a tag alone where tag and digest were together',
    form: 'tag',
    values: `image: { repository: ${MOVED}, tag: "«1.2.3@OLD|1.3.0»" }\n`,
    image: '{{ .Values.image.repository }}:{{ .Values.image.tag }}',
    before: `${OLD_NAME}:1.2.3@OLD`,
    after: 'eu.acme.com/prod/api:1.3.0',
  },
  {
    name: 'a tag alone in the place of a digest',
    form: 'tag',
    values: `image: { repository: ${MOVED}, tag: "«OLD|1.3.0»" }\n`,
    image:
      '{{ .Values.image.repository }}{{ if hasPrefix "sha256:" .Values.image.tag }}@{{ else }}:{{ end }}{{ .Values.image.tag }}',
    before: `${OLD_NAME}@OLD`,
    after: 'eu.acme.com/prod/api:1.3.0',
  },
  {
    name: 'a tag alone in a whole reference',
    form: 'tag',
    values: `image: ${MOVED}:«1.2.3@OLD|1.3.0»\nworkerImage: ${MOVED}«@OLD|:1.3.0»\n`,
    image: '{{ .Values.image }}',
    before: `${OLD_NAME}:1.2.3@OLD`,
    after: 'eu.acme.com/prod/api:1.3.0',
  },
  {
    name: 'a digest on the repository, with the tag for labels',
    form: 'repository',
    values: `image: { repository: ${MOVED}«|@NEW», tag: «1.2.3|1.3.0» }\n`,
    image: ON_REPOSITORY,
    before: `${OLD_NAME}:1.2.3`,
    after: 'eu.acme.com/prod/api@NEW',
  },
  {
    name: 'a digest that is on the repository already',
    values: `image: { repository: ${MOVED}@«OLD|NEW», tag: «1.2.3|1.3.0» }\n`,
    image: ON_REPOSITORY,
    before: `${OLD_NAME}@OLD`,
    after: 'eu.acme.com/prod/api@NEW',
  },
  {
    name: 'a digest on the repository that goes',
    form: 'tag',
    values: `image: { repository: ${MOVED}«@OLD|», tag: «1.2.3|1.3.0» }\n`,
    image: ON_REPOSITORY,
    before: `${OLD_NAME}@OLD`,
    after: 'eu.acme.com/prod/api:1.3.0',
  },
  {
    name: 'a digest on a repository below a registry, in place of its own key',
    form: 'repository',
    values:
      'image: { registry: «ghcr.io|eu.acme.com», repository: «acme/api|prod/api@NEW», tag: «1.2.3|1.3.0», digest: "«OLD|»" }\n',
    image:
      '{{ .Values.image.registry }}/{{ .Values.image.repository }}{{ if not (contains "@" .Values.image.repository) }}:{{ .Values.image.tag }}{{ with .Values.image.digest }}@{{ . }}{{ end }}{{ end }}',
    before: `${OLD_NAME}:1.2.3@OLD`,
    after: 'eu.acme.com/prod/api@NEW',
  },
  {
    name: 'a digest on an image whose tag is beside it',
    values: `image: ${MOVED}@«OLD|NEW»\nimageTag: «1.2.3|1.3.0»\n`,
    image: '{{ .Values.image }}',
    before: `${OLD_NAME}@OLD`,
    after: 'eu.acme.com/prod/api@NEW',
  },
  {
    name: 'a version alone',
    form: 'version',
    values: `image: { repository: ${MOVED}, version: «1.2.3|1.3.0» }\n`,
    image: '{{ .Values.image.repository }}:{{ .Values.image.version }}',
    before: `${OLD_NAME}:1.2.3`,
    after: 'eu.acme.com/prod/api:1.3.0',
  },
];
