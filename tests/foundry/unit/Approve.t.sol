// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {World} from "./World.sol";

/// approve: an allowance is not a payment, so nothing but the spender's address is looked at.
contract ApproveTest is World {
    function test_setsTheAllowanceAndSaysSo() public {
        tells();
        emit IERC20.Approval(alice, carol, 700);
        so("answers true", by(alice).approve(carol, 700));
        same("allowance", token.allowance(alice, carol), 700);
        same("the other way", token.allowance(carol, alice), 0);
    }

    function test_replacesWhatWasThere() public {
        by(alice).approve(carol, 700);
        tells();
        emit IERC20.Approval(alice, carol, 5);
        by(alice).approve(carol, 5);
        same("allowance", token.allowance(alice, carol), 5);
        by(alice).approve(carol, 0);
        same("allowance", token.allowance(alice, carol), 0);
    }

    function test_nobodyIsNoSpender() public {
        refuses(ERC20InvalidSpender.selector, address(0));
        by(alice).approve(address(0), 1);
    }

    function test_inEveryState() public {
        by(compliance).freeze(alice);
        by(compliance).freeze(carol);
        by(guardian).pause();
        by(alice).approve(carol, 700);
        same("allowance", token.allowance(alice, carol), 700);
    }
}
