// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Account} from "./AccountWord.sol";
import {Policy} from "./PolicyWord.sol";

/// @title The rules of a plain payment, all in one test
/// @notice Contracts: pure. Says quickly that a payment is well; it never says why one is not. Whatever it
/// objects to is judged again by `Rules`, which has the last word, so an objection too many costs gas
/// and nothing else. That it never objects too little is what tests/foundry proves, `Rules` beside it.
///
/// Each rule is a term whose top bit is set when the rule is broken: the words themselves, where paused
/// or frozen; a difference, where it is negative. The terms are joined by "or" and the top bit is read
/// once. No break is hidden by wrapping round: an amount above the balance sets the balance's own term,
/// or from 2^255 on is a term itself; any other is below 2^96, and with it every difference is exact.
/// Tier 5 reads as limits of zero here, so what it pays or is paid is left to `Rules`.
library FastRules {
    /// @dev A payment of `amount`.
    /// @param apart Zero when payer and payee are one; else below 2^255.
    /// @param spent What the payer will have spent this day, of `spend`.
    function objects(
        Policy policy,
        Account sender,
        Account recipient,
        uint256 apart,
        uint256 amount,
        uint256 spent
    ) internal pure returns (bool broken) {
        assembly ("memory-safe") {
            let mask := 0xffffffffffffffffffffffff
            let terms := or(or(or(policy, sender), or(recipient, amount)), sub(apart, 1))
            terms := or(terms, sub(and(sender, mask), amount))
            let limits := shr(mul(and(shr(208, sender), 7), 48), policy)
            terms := or(
                terms,
                sub(mul(and(shr(4, limits), 0xfff), exp(10, and(limits, 15))), amount)
            )
            limits := shr(16, limits)
            terms := or(
                terms,
                sub(mul(and(shr(4, limits), 0xfff), exp(10, and(limits, 15))), spent)
            )
            limits := shr(32, shr(mul(and(shr(208, recipient), 7), 48), policy))
            let most := mul(and(shr(4, limits), 0xfff), exp(10, and(limits, 15)))
            broken := shr(255, or(terms, sub(most, add(and(recipient, mask), amount))))
        }
    }

    /// @dev A mint of `amount`.
    /// @param most Of `PolicyWord.balanceLimits`.
    /// @param taken Zero, or the one bit that is set when the deposit's number was used before.
    function objectsToMint(
        uint256[8] memory most,
        Account outside,
        Account recipient,
        uint256 amount,
        uint256 taken
    ) internal pure returns (bool broken) {
        assembly ("memory-safe") {
            let mask := 0xffffffffffffffffffffffff
            let terms := or(or(recipient, amount), or(sub(amount, 1), sub(0, taken)))
            terms := or(terms, sub(and(outside, mask), amount))
            let limit := mload(add(most, shl(5, and(shr(208, recipient), 7))))
            broken := shr(255, or(terms, sub(limit, add(and(recipient, mask), amount))))
        }
    }

    /// @dev The sender's word after spending `amount` on `day`, and what it has spent that day. The word
    /// means nothing when that does not fit 96 bits.
    function spend(Account sender, uint256 amount, uint256 day)
        internal
        pure
        returns (Account charged, uint256 spent)
    {
        assembly ("memory-safe") {
            let noted := shr(96, sender)
            let isToday := iszero(and(xor(shr(96, noted), day), 0xffff))
            spent := add(mul(isToday, and(noted, 0xffffffffffffffffffffffff)), amount)
            let kept := and(sender, not(shl(96, 0xffffffffffffffffffffffffffff)))
            charged := or(kept, shl(96, or(spent, shl(96, day))))
        }
    }
}
