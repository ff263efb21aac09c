export { createGateway, type GatewayApp, type GatewayOptions, type RunningGateway } from './gateway-app.ts';
export { schemaText } from './schema.graphql.ts';
