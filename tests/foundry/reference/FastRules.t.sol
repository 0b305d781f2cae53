// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {Account, AccountWord} from "../../../contracts/libraries/AccountWord.sol";
import {FastRules} from "../../../contracts/libraries/FastRules.sol";
import {Limits, Policy, PolicyWord} from "../../../contracts/libraries/PolicyWord.sol";
import {Rules} from "../../../contracts/libraries/Rules.sol";
import {Check} from "../Check.sol";

/// FastRules in readable Solidity.
library FastRulesReference {
    function objects(
        Policy policy,
        Account sender,
        Account recipient,
        uint256 apart,
        uint256 amount,
        uint256 today
    ) internal pure returns (bool) {
        if (policy.paused() || sender.frozen() || recipient.frozen() || apart == 0) {
            return true;
        }
        if (amount > sender.balance()) return true;
        Limits limits = policy.limits(sender.tier());
        if (amount > limits.perPayment() || today > limits.perDay()) return true;
        return recipient.balance() + amount > policy.limits(recipient.tier()).onBalance();
    }

    function objectsToMint(
        uint256[8] memory most,
        Account outside,
        Account recipient,
        uint256 amount,
        uint256 taken
    ) internal pure returns (bool) {
        if (recipient.frozen() || taken != 0 || amount == 0) return true;
        if (amount > outside.balance()) return true;
        return recipient.balance() + amount > most[recipient.tier()];
    }

    function spend(Account sender, uint256 amount, uint256 day)
        internal
        pure
        returns (Account spent, uint256 today)
    {
        today = sender.spentOn(day) + amount;
        spent = sender.withSpent(today, day);
    }
}

/// FastRules beside its reference, and beside Rules, which has the last word: it never objects too
/// little.
contract FastRulesTest is Check {
    /// What the token can have in an account's word, with sums that meet.
    struct Any {
        uint96 balance;
        uint96 spent;
        uint16 day;
        uint8 tier;
        uint8 frozen;
    }

    struct Terms {
        uint256 policy;
        uint256 amount;
        uint16 day;
        uint160 apart;
        uint8 size;
        uint8 near;
    }

    function word(Any memory any, uint256 size) private pure returns (Account account) {
        account = AccountWord.credit(Account.wrap(0), shrunk(any.balance, size));
        account = account.withSpent(shrunk(any.spent, size), any.day).withTier(any.tier % 6);
        return account.withFrozen(any.frozen % 8 == 0);
    }

    /// Small, of the size of limits, or as it is.
    function shrunk(uint256 value, uint256 size) private pure returns (uint256) {
        if (size % 3 == 0) return value % 10_000;
        return size % 3 == 1 ? value % (4_096 * 10 ** 15) : value;
    }

    function policyOf(uint256 seed, uint256 size) private pure returns (Policy policy) {
        policy = Policy.wrap(seed & (2 ** 240 - 1));
        // With small sums, limits without zeros behind the mantissa.
        if (size % 3 == 0) policy = Policy.wrap(Policy.unwrap(policy) & ~_exponents());
        return policy.withPaused(seed >> 248 == 0);
    }

    function _exponents() private pure returns (uint256 bits) {
        for (uint256 i = 0; i < 15; ++i) {
            bits |= 15 << (16 * i);
        }
    }

    /// One in two is near a limit that the words and the policy set.
    function amountOf(Terms memory terms, Policy policy, Account sender, Account recipient)
        private
        pure
        returns (uint256)
    {
        Limits limits = policy.limits(sender.tier());
        uint256 most = policy.limits(recipient.tier()).onBalance();
        uint256[8] memory edges = [
            sender.balance(),
            limits.perPayment(),
            limits.perDay() - least(limits.perDay(), sender.spentOn(terms.day)),
            most - least(most, recipient.balance()),
            2 ** 255,
            0,
            terms.amount,
            shrunk(terms.amount, terms.size)
        ];
        uint256 edge = edges[(terms.near >> 2) % 8];
        if (terms.near % 4 == 1 && edge > 0) return edge - 1;
        return terms.near % 4 == 2 && edge < type(uint256).max ? edge + 1 : edge;
    }

    function least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    struct Case {
        Policy policy;
        Account sender;
        Account recipient;
        uint256 amount;
        uint256 day;
        uint256 apart;
    }

    function caseOf(Any memory from, Any memory to, Terms memory terms)
        private
        pure
        returns (Case memory one)
    {
        (one.sender, one.recipient) = (word(from, terms.size), word(to, terms.size));
        one.day = terms.day % 2 == 0 ? from.day : terms.day;
        one.policy = policyOf(terms.policy, terms.size);
        one.amount = amountOf(terms, one.policy, one.sender, one.recipient);
        one.apart = terms.apart;
    }

    function objects(Case memory one) private pure returns (bool) {
        (, uint256 today) = FastRules.spend(one.sender, one.amount, one.day);
        return
            FastRules.objects(one.policy, one.sender, one.recipient, one.apart, one.amount, today);
    }

    /// Whether no rule is broken.
    function isWell(Case memory one) private pure returns (bool) {
        (bytes4 reason,) = Rules.spending(one.policy, one.sender, one.amount, one.day);
        if (reason != 0 || one.policy.paused()) return false;
        uint256 balance = one.recipient.balanceWith(one.amount);
        return Rules.receiving(one.policy, one.recipient, balance) == 0;
    }

    function testFuzz_asTheReferenceSays(Any memory from, Any memory to, Terms memory terms)
        public
        pure
    {
        Case memory one = caseOf(from, to, terms);
        if (one.amount >= 2 ** 255) return so("too much", objects(one));
        (, uint256 today) = FastRulesReference.spend(one.sender, one.amount, one.day);
        bool expected = FastRulesReference.objects(
            one.policy, one.sender, one.recipient, one.apart, one.amount, today
        );
        so("as the reference says", objects(one) == expected);
    }

    function testFuzz_spending(Any memory from, Any memory to, Terms memory terms) public pure {
        Case memory one = caseOf(from, to, terms);
        if (one.amount >= 2 ** 255) return;
        (Account spent, uint256 today) = FastRules.spend(one.sender, one.amount, one.day);
        (Account spent_, uint256 today_) = FastRulesReference.spend(one.sender, one.amount, one.day);
        same("today", today, today_);
        if (today <= type(uint96).max) {
            same("spent", Account.unwrap(spent), Account.unwrap(spent_));
        }
    }

    function testFuzz_neverTooLittle(Any memory from, Any memory to, Terms memory terms)
        public
        pure
    {
        Case memory one = caseOf(from, to, terms);
        if (objects(one)) return;
        so("what breaks a rule is objected to", isWell(one));
        (Account fast,) = FastRules.spend(one.sender, one.amount, one.day);
        (, Account slow) = Rules.spending(one.policy, one.sender, one.amount, one.day);
        same("the same word", Account.unwrap(fast), Account.unwrap(slow));
    }

    /// It objects to whoever has no limits or pays themselves, but to no other payment that is well.
    function testFuzz_neverTooMuchUnderLimits(Any memory from, Any memory to, Terms memory terms)
        public
        pure
    {
        Case memory one = caseOf(from, to, terms);
        if (one.sender.tier() == 5 || one.recipient.tier() == 5 || one.apart == 0) return;
        so("if and only if a rule is broken", objects(one) != isWell(one));
    }

    function testFuzz_aMint(Any memory to, Terms memory terms, uint96 outside_, uint8 bit)
        public
        pure
    {
        Account recipient = word(to, terms.size);
        // All balances, the outside's too, add up to the field's top.
        uint256 room = within(outside_, 0, type(uint96).max - recipient.balance());
        Account outside = Account.wrap(room | terms.policy << 96);
        Policy policy = policyOf(terms.policy, terms.size);
        uint256 amount = amountOf(terms, policy, Account.wrap(room), recipient);
        uint256 taken = bit % 4 == 0 ? 1 << bit : 0;
        uint256[8] memory most = policy.balanceLimits();
        bool broken = FastRules.objectsToMint(most, outside, recipient, amount, taken);
        if (amount < 2 ** 255) {
            bool expected =
                FastRulesReference.objectsToMint(most, outside, recipient, amount, taken);
            so("as the reference says", broken == expected);
        }
        bytes4 reason = Rules.minting(outside, amount);
        if (reason == 0) {
            reason = Rules.receiving(policy, recipient, recipient.balanceWith(amount));
        }
        so("if and only if a rule is broken", broken == (reason != 0 || taken != 0));
    }

    // ------------------------------------------------------------------ every set of broken rules

    /// A payment of 100 that is just well, with the rules of the set broken by one unit each: none of
    /// them hides another.
    function test_everySetOfBrokenRules() public pure {
        for (uint256 set = 0; set < 256; ++set) {
            Account sender = Account.wrap(0).credit(100 - (set & 1)).withTier(1);
            sender = sender.withSpent(50, 7).withFrozen(set & 2 != 0);
            Account recipient = Account.wrap(0).credit(7).withTier(2).withFrozen(set & 4 != 0);
            Policy policy = Policy.wrap(0).withPaused(set & 8 != 0);
            (uint256 perPayment, uint256 perDay) = (100 - (set >> 4 & 1), 150 - (set >> 5 & 1));
            policy = policy.withLimits(1, perPayment << 4, perDay << 4, 0);
            policy = policy.withLimits(2, 0, 0, (107 - (set >> 6 & 1)) << 4);
            uint256 apart = set & 128 == 0 ? 1 : 0;
            (, uint256 today) = FastRules.spend(sender, 100, 7);
            bool broken = FastRules.objects(policy, sender, recipient, apart, 100, today);
            so("if and only if a rule is broken", broken == (set != 0));
        }
    }

    function test_everySetOfBrokenRulesOfAMint() public pure {
        uint256[8] memory most;
        for (uint256 set = 0; set < 16; ++set) {
            Account recipient = Account.wrap(0).credit(7).withTier(2).withFrozen(set & 1 != 0);
            Account outside = Account.wrap(type(uint256).max << 96 | (100 - (set >> 1 & 1)));
            most[2] = 107 - (set >> 2 & 1);
            uint256 taken = set & 8;
            bool broken = FastRules.objectsToMint(most, outside, recipient, 100, taken);
            so("if and only if a rule is broken", broken == (set != 0));
            so("nothing", FastRules.objectsToMint(most, outside, recipient, 0, taken));
            so("too much", FastRules.objectsToMint(most, outside, recipient, 2 ** 255, taken));
            uint256 all = type(uint256).max;
            so("too much", FastRules.objectsToMint(most, outside, recipient, all, taken));
        }
    }

    /// An amount at which a difference would wrap is too much by itself, whatever else is broken.
    function testFuzz_anAmountThatWraps(uint256 amount, uint256 words, uint256 day) public pure {
        amount |= 2 ** 255;
        day %= 65_536;
        for (uint256 set = 0; set < 16; ++set) {
            Account rich = Account.wrap(0).credit(type(uint96).max - words % 2);
            rich = rich.withSpent(words % 3, words % 65_536).withTier(words % 5);
            rich = rich.withFrozen(set & 1 != 0);
            Account other = Account.wrap(0).withFrozen(set & 2 != 0);
            Policy policy = Policy.wrap(2 ** 240 - 1).withPaused(set & 4 != 0); // the highest limits
            (, uint256 today) = FastRules.spend(rich, amount, day);
            so("pays", FastRules.objects(policy, rich, other, set >> 3, amount, today));
            uint256[8] memory most = policy.balanceLimits();
            so("mints", FastRules.objectsToMint(most, rich, other, amount, set & 8));
        }
    }

    function test_everyBitOfANumberCounts() public pure {
        uint256[8] memory most;
        most[1] = 10;
        Account recipient = AccountWord.withTier(Account.wrap(0), 1);
        Account outside = Account.wrap(type(uint96).max);
        so("open", !FastRules.objectsToMint(most, outside, recipient, 10, 0));
        for (uint256 bit = 0; bit < 256; ++bit) {
            so("used", FastRules.objectsToMint(most, outside, recipient, 10, 1 << bit));
        }
    }
}
