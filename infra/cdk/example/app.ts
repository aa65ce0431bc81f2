/**
 * One authorizer for a REST, an HTTP and a WebSocket API, which are in another stack than the authorizer.
 * `cdk deploy --app "node app.ts" --all` deploys both.
 */
import { ApproovAuthorizer } from 'approov-apigateway-authorizer-cdk';
import { App, CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import { MockIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration, WebSocketMockIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { AwsSolutionsChecks } from 'cdk-nag';

const app = new App();
const env = { account: '123456789012', region: 'eu-west-1' };

const security = new Stack(app, 'Security', { env });
const approov = new ApproovAuthorizer(security, 'Approov', {
  secret: Secret.fromSecretNameV2(security, 'ApproovSecret', 'approov/secret'),
  settings: { bindingHeaders: ['Authorization'] },
});

const apis = new Stack(app, 'Apis', { env });

const orders = new RestApi(apis, 'Orders');
const authorizer = approov.restAuthorizer(orders);
orders.root.addResource('orders').addMethod('GET', new MockIntegration(), { authorizer });

const mobile = new HttpApi(apis, 'Mobile', { defaultAuthorizer: approov.httpAuthorizer() });
mobile.addRoutes({
  path: '/{proxy+}',
  methods: [HttpMethod.ANY],
  integration: new HttpUrlIntegration('Backend', 'https://backend.example.com/{proxy}'),
});

const events = new WebSocketApi(apis, 'Events', {
  connectRouteOptions: {
    integration: new WebSocketMockIntegration('Connect'),
    authorizer: approov.webSocketAuthorizer(),
  },
});
new WebSocketStage(apis, 'Live', { webSocketApi: events, stageName: 'live', autoDeploy: true });

new CfnOutput(security, 'FunctionName', { value: approov.handler.functionName });
new CfnOutput(apis, 'OrdersUrl', { value: orders.url });

if (process.argv.includes('--nag')) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
