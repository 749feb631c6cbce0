import { describe } from "vitest";
import { auditContract } from "./audit.contract.ts";
import { busContract } from "./bus.contract.ts";
import type { MakeEngine } from "./harness.ts";
import { markersContract } from "./markers.contract.ts";
import { outboxContract } from "./outbox.contract.ts";
import { presenceContract } from "./presence.contract.ts";
import { retainContract } from "./retain.contract.ts";
import { revocationsContract } from "./revocations.contract.ts";
import { registryContract } from "./registry.contract.ts";
import { roomLogContract } from "./room-log.contract.ts";

/** What every engine must do, part by part. An implementation's own test hands in how to make one. */
export function engineContract(make: MakeEngine): void {
  describe("the log", () => roomLogContract(make));
  describe("how much is kept", () => retainContract(make));
  describe("the bus", () => busContract(make));
  describe("presence", () => presenceContract(make));
  describe("markers", () => markersContract(make));
  describe("revocations", () => revocationsContract(make));
  describe("the registry", () => registryContract(make));
  describe("the outbox", () => outboxContract(make));
  describe("the audit", () => auditContract(make));
}
