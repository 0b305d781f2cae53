// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepositToken} from "../../contracts/DepositToken.sol";
import {Symbolic} from "./Symbolic.sol";

/// Says yes to this test alone, at once.
contract OpenAuthority {
    address private immutable _holder = msg.sender;

    function canCall(address caller, address, bytes4) external view returns (bool, uint32) {
        return (caller == _holder, 0);
    }
}

/// A token of which every storage word is any word at all. The code is the deployed one, put where
/// nothing was written yet: what a constructor writes would stay what it is.
abstract contract SymbolicToken is Symbolic {
    DepositToken internal constant token = DepositToken(address(0x70ce));

    function setUp() public virtual {
        address authority = address(new OpenAuthority());
        DepositToken deployed =
            new DepositToken(authority, "Jiaozi Yuan", "CNYJ", "CNY", 2, 8 hours, "");
        vm.etch(address(token), address(deployed).code);
        svm.enableSymbolicStorage(address(token));
        vm.assume(token.authority() == authority);
    }

    /// Nobody, who is the zero address and the token itself, is frozen since the token's birth.
    function assumeNobodyIsFrozen() internal view {
        vm.assume(isFrozen(address(0)) && isFrozen(address(token)));
    }

    function isFrozen(address who) internal view returns (bool frozen) {
        (,,, frozen) = token.getAccount(who);
    }

    /// The other thing that must hold before: what two accounts hold is part of the supply. The checks
    /// show that every act keeps the difference, so it holds after every act.
    function assumeWithinSupply(address one, address other) internal view {
        uint256 held = token.balanceOf(one) + (one == other ? 0 : token.balanceOf(other));
        vm.assume(held <= token.totalSupply());
    }
}
