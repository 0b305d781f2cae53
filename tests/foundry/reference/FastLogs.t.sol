// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDepositTokenEvents} from "../../../contracts/interfaces/IDepositTokenEvents.sol";
import {FastLogs} from "../../../contracts/libraries/FastLogs.sol";
import {Check, Vm} from "../Check.sol";

/// FastLogs beside `emit`: the same logs, and memory as it was.
contract FastLogsTest is Check {
    function testFuzz_transfer(address from, address to, uint256 amount) public {
        vm.recordLogs();
        emit IERC20.Transfer(from, to, amount);
        bytes memory before = abi.encode(from, to, amount);
        uint256 free = _free();
        FastLogs.transfer(from, to, amount);
        uint256 after_ = _free(); // before the next line takes some for its words
        same("free memory", after_, free);
        isEqual();
        so("memory", keccak256(before) == keccak256(abi.encode(from, to, amount)));
    }

    function testFuzz_issued(uint256 deposit, address holder, uint256 amount, bytes16 ref) public {
        vm.recordLogs();
        emit IDepositTokenEvents.Issued(deposit, holder, amount, ref);
        bytes memory before = abi.encode(deposit, holder, amount, ref);
        uint256 free = _free();
        FastLogs.issued(deposit, holder, amount, ref);
        uint256 after_ = _free(); // before the next line takes some for its words
        same("free memory", after_, free);
        same("the zero slot", _zero(), 0);
        isEqual();
        so("memory", keccak256(before) == keccak256(abi.encode(deposit, holder, amount, ref)));
    }

    function isEqual() private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same("two logs", logs.length, 2);
        same("topics", logs[0].topics.length, logs[1].topics.length);
        for (uint256 i = 0; i < logs[0].topics.length; ++i) {
            so("topic", logs[0].topics[i] == logs[1].topics[i]);
        }
        so("data", keccak256(logs[0].data) == keccak256(logs[1].data));
    }

    function _free() private pure returns (uint256 place) {
        assembly ("memory-safe") {
            place := mload(64)
        }
    }

    function _zero() private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(96)
        }
    }
}
