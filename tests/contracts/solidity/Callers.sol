// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// Calls with exactly as much gas as it is told: a measure beside which to hold the Teller's relay.
contract GasGiver {
    function give(address target, uint256 gasGiven, bytes calldata data)
        external
        returns (bool done)
    {
        (done,) = target.call{gas: gasGiven}(data);
    }
}
