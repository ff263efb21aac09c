export { calculatorApp } from './calculator-app.ts';
export { createCalculatorTask } from './calculator-task.ts';
