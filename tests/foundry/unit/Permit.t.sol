// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {World} from "./World.sol";

/// permit: an approval by signature, in order, once each. The two contracts at the end run it with
/// the signature as bytes and as (v, r, s).
abstract contract PermitSuite is World {
    /// Who brings it, and with which signature.
    function bring(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        bytes memory signature
    ) internal virtual;

    function permission(uint256 value, uint256 nonce, uint256 deadline)
        private
        view
        returns (bytes memory)
    {
        return signed(ALICE, hashPermit(alice, carol, value, nonce, deadline));
    }

    function test_setsTheAllowanceAndSaysSo() public {
        bytes memory signature = permission(700, 0, START);
        tells();
        emit IERC20.Approval(alice, carol, 700);
        bring(alice, carol, 700, START, signature);
        same("allowance", token.allowance(alice, carol), 700);
        same("the other way", token.allowance(carol, alice), 0);
        same("next permit", token.nonces(alice), 1);
        same("others' next permit", token.nonces(carol), 0);
    }

    function test_isGoodOnce() public {
        bytes memory signature = permission(700, 0, START);
        bring(alice, carol, 700, START, signature);
        refuses(InvalidSignature.selector, alice);
        bring(alice, carol, 700, START, signature);
        same("next permit", token.nonces(alice), 1);
    }

    function test_inOrder() public {
        bytes memory second = permission(2, 1, START);
        refuses(InvalidSignature.selector, alice);
        bring(alice, carol, 2, START, second);
        bring(alice, carol, 1, START, permission(1, 0, START));
        bring(alice, carol, 2, START, second);
        same("allowance", token.allowance(alice, carol), 2);
        same("next permit", token.nonces(alice), 2);
        bring(alice, carol, 3, START, permission(3, 2, START));
        same("next permit", token.nonces(alice), 3);
    }

    function test_exactlyAtTheDeadline() public {
        bytes memory signature = permission(700, 0, START);
        vm.warp(START + 1);
        refuses(PermitExpired.selector, START);
        bring(alice, carol, 700, START, signature);
        vm.warp(START);
        bring(alice, carol, 700, START, signature);
        same("allowance", token.allowance(alice, carol), 700);
    }

    function test_theDeadlineIsLookedAtFirst() public {
        refuses(PermitExpired.selector, START - 1);
        bring(alice, carol, 700, START - 1, new bytes(65));
    }

    function test_anotherMessage() public {
        bytes memory signature = permission(700, 0, START + 9);
        refuses(InvalidSignature.selector, alice);
        bring(alice, carol, 701, START + 9, signature);
        refuses(InvalidSignature.selector, alice);
        bring(alice, dave, 700, START + 9, signature);
        refuses(InvalidSignature.selector, alice);
        bring(alice, carol, 700, START + 8, signature);
        refuses(InvalidSignature.selector, bob);
        bring(bob, carol, 700, START + 9, signature);
        same("next permit", token.nonces(alice), 0);
    }

    function test_anotherSigner() public {
        bytes memory signature = signed(BOB, hashPermit(alice, carol, 700, 0, START));
        refuses(InvalidSignature.selector, alice);
        bring(alice, carol, 700, START, signature);
    }

    function test_theOtherFormOfTheSignature() public {
        bytes memory signature = malleated(permission(700, 0, START));
        refuses(InvalidSignature.selector, alice);
        bring(alice, carol, 700, START, signature);
    }

    function test_nobodySignsNothing() public {
        refuses(InvalidSignature.selector, address(0));
        bring(address(0), carol, 700, START, new bytes(65));
    }

    function test_nobodyIsNoSpender() public {
        bytes memory signature = signed(ALICE, hashPermit(alice, address(0), 700, 0, START));
        refuses(ERC20InvalidSpender.selector, address(0));
        bring(alice, address(0), 700, START, signature);
        same("next permit", token.nonces(alice), 0);
    }

    function test_inEveryState() public {
        by(compliance).freeze(alice);
        by(compliance).freeze(carol);
        by(compliance).freeze(relay);
        by(guardian).pause();
        bring(alice, carol, 700, START, permission(700, 0, START));
        same("allowance", token.allowance(alice, carol), 700);
    }

    /// Whoever brings a permit first cannot take its effect away.
    function test_aPermitBroughtByAnotherIsStillAnAllowance() public {
        bring(alice, carol, 700, START, permission(700, 0, START));
        by(carol).transferFrom(alice, bob, 700);
        holds(bob, 1_700);
    }
}

contract PermitByBytesTest is PermitSuite {
    function bring(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        bytes memory signature
    ) internal override {
        by(relay).permit(owner, spender, value, deadline, signature);
    }
}

contract PermitByPartsTest is PermitSuite {
    function bring(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        bytes memory signature
    ) internal override {
        (uint8 v, bytes32 r, bytes32 s) = split(signature);
        by(relay).permit(owner, spender, value, deadline, v, r, s);
    }
}
