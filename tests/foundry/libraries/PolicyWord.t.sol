// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Limits, Policy, PolicyWord} from "../../../contracts/libraries/PolicyWord.sol";
import {Check} from "../Check.sol";

/// The policy word beside plain numbers: stored exactly or not at all, one tier at a time.
contract PolicyWordTest is Check {
    function testFuzz_whatCanBeStoredComesBack(uint16 mantissa, uint8 zeros) public pure {
        uint256 limit = uint256(mantissa % 4_096) * 10 ** (zeros % 16);
        (uint256 encoded, bool exact) = PolicyWord.encode(limit);
        so("exact", exact);
        so("16 bits", encoded < 65_536);
        same("the same", PolicyWord.decode(encoded), limit);
    }

    function testFuzz_whatIsStoredIsExact(uint256 limit, uint8 kind) public pure {
        if (kind % 3 == 1) limit %= 10 ** 20;
        if (kind % 3 == 2) limit %= 100_000;
        (uint256 encoded, bool exact) = PolicyWord.encode(limit);
        so("stored if and only if it can be", exact == representable(limit));
        if (exact) same("never rounded", PolicyWord.decode(encoded), limit);
    }

    function testFuzz_oneTierAtATime(
        uint256 start,
        uint256 tier,
        uint16 a,
        uint16 b,
        uint16 c,
        bool paused
    ) public pure {
        tier = within(tier, 0, 4);
        Policy before = Policy.wrap(start & (2 ** 255 | 2 ** 240 - 1));
        Policy after_ = before.withLimits(tier, a, b, c);
        Limits limits = after_.limits(tier);
        same("per payment", limits.perPayment(), PolicyWord.decode(a));
        same("per day", limits.perDay(), PolicyWord.decode(b));
        same("on the balance", limits.onBalance(), PolicyWord.decode(c));
        so("pause stays", after_.paused() == before.paused());
        for (uint256 other = 0; other < 5; ++other) {
            if (other != tier) {
                uint256 mask = 2 ** 48 - 1;
                uint256 left = Limits.unwrap(before.limits(other)) & mask;
                same("other tiers stay", Limits.unwrap(after_.limits(other)) & mask, left);
            }
        }
        Policy flipped = after_.withPaused(paused);
        so("paused", flipped.paused() == paused);
        same(
            "limits stay",
            Policy.unwrap(flipped) & (2 ** 240 - 1),
            Policy.unwrap(after_) & (2 ** 240 - 1)
        );
    }

    /// By trying every exponent, as the definition says it.
    function representable(uint256 limit) private pure returns (bool) {
        for (uint256 exponent = 0; exponent < 16; ++exponent) {
            if (limit % 10 ** exponent == 0 && limit / 10 ** exponent < 4_096) return true;
        }
        return false;
    }
}
