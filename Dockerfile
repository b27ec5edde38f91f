# One image for api, worker and migrate: the command says which.
FROM node:20.20.2-bookworm-slim AS base
WORKDIR /app

FROM base AS build
COPY package.json package-lock.json ./
COPY patches patches
RUN npm ci --ignore-scripts && npx patch-package --error-on-fail --error-on-warn
COPY . .
RUN npm run build && npm run build:inbox

FROM base AS packages
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts
# The driver as the build patched it; the tool that patches stays behind.
COPY --from=build /app/node_modules/postgres node_modules/postgres
# Temporal's core comes for five platforms and with its sources; swc only made the bundle.
RUN cd node_modules/@temporalio/core-bridge \
 && find releases -mindepth 1 -maxdepth 1 \
      ! -name "$(node -p "require('./common').getPrebuiltTargetName()")" -exec rm -r {} + \
 && rm -r sdk-core ../../@swc ../../swc-loader

FROM base
ENV NODE_ENV=production
COPY package.json ./
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
USER 1000
EXPOSE 3000
CMD ["node", "dist/bin/api.js"]
