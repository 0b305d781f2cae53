// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Check} from "./Check.sol";
import {Handler} from "./Handler.sol";

/// Whatever is done in whatever order: the token is where the model is, and the sums agree.
contract ConservationTest is Check {
    Handler private _handler;

    function setUp() public {
        _handler = new Handler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_theTokenIsWhereTheModelIs() public view {
        _handler.checkSums();
    }
}
